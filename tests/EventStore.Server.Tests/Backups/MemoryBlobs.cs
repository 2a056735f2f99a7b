using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EventStore.Server.Blobs;

namespace EventStore.Server.Tests.Backups;

/// <summary>Blobs in memory, which a test may damage.</summary>
internal sealed class MemoryBlobs : IBlobStore
{
    public Dictionary<string, byte[]> All { get; } = new(StringComparer.Ordinal);

    public async Task<BlobReceipt> PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        All[key.Value] = copy.ToArray();
        return new(copy.Length, SHA256.HashData(All[key.Value]));
    }

    public Task<Blob?> OpenAsync(BlobKey key, BlobRange? range, CancellationToken cancellationToken)
    {
        if (!All.TryGetValue(key.Value, out var bytes))
        {
            return Task.FromResult<Blob?>(null);
        }

        var stream = new MemoryStream(bytes) { Position = Math.Min(range?.Offset ?? 0, bytes.Length) };
        return Task.FromResult<Blob?>(new(stream, range?.Length ?? bytes.Length));
    }

    public Task<long?> FindLengthAsync(BlobKey key, CancellationToken cancellationToken) =>
        Task.FromResult(All.TryGetValue(key.Value, out var bytes) ? bytes.Length : (long?)null);

    public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken)
    {
        All.Remove(key.Value);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<BlobEntry> ListAsync(
        BlobKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (key, bytes) in All.Where(blob => blob.Key.StartsWith(folder.Value + "/", StringComparison.Ordinal)).ToList())
        {
            yield return new(BlobKey.Of(key), bytes.Length, DateTimeOffset.UnixEpoch);
        }
    }
}
