using EventStore.Server.Blobs;

namespace EventStore.Server.Tests.Backups;

/// <summary>A store whose disk is full after some blobs.</summary>
internal sealed class FullStore(IBlobStore inner) : IBlobStore
{
    /// <summary>How many blobs still fit.</summary>
    public int Room { get; set; } = int.MaxValue;

    public Task<BlobReceipt> PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken) => Room-- > 0
        ? inner.PutAsync(key, content, cancellationToken)
        : inner.PutAsync(key, new FullDisk(), cancellationToken);

    public Task<Blob?> OpenAsync(BlobKey key, BlobRange? range, CancellationToken cancellationToken) =>
        inner.OpenAsync(key, range, cancellationToken);

    public Task<long?> FindLengthAsync(BlobKey key, CancellationToken cancellationToken) =>
        inner.FindLengthAsync(key, cancellationToken);

    public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);

    public IAsyncEnumerable<BlobEntry> ListAsync(BlobKey folder, CancellationToken cancellationToken) =>
        inner.ListAsync(folder, cancellationToken);

    /// <summary>Fails as writing to a full disk does, ENOSPC.</summary>
    private sealed class FullDisk : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device", 28);
    }
}
