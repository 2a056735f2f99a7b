using System.Security.Cryptography;
using EventStore.Server.Backups.Format;
using EventStore.Server.Blobs;

namespace EventStore.Server.Backups.Reading;

/// <summary>Fetches blobs of backups and believes none: what is returned has the digest that was asked for.</summary>
internal sealed class BackupBlobs(IBlobStore blobs)
{
    /// <summary>A whole blob.</summary>
    /// <exception cref="BackupDamagedException">It is missing, or is not what it was.</exception>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        string key, long length, string sha256, CancellationToken cancellationToken)
    {
        var blobKey = BlobKey.Of(key);
        var found = await blobs.FindLengthAsync(blobKey, cancellationToken);
        return found == length && length <= Array.MaxLength
            ? await ReadAsync(blobKey, new(0, length), Convert.FromHexString(sha256), cancellationToken)
            : throw Damaged(key, found is null ? "is missing" : $"has {found} bytes instead of {length}");
    }

    /// <summary>A part of a blob.</summary>
    /// <exception cref="BackupDamagedException">It is missing, or is not what it was.</exception>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        BlobKey key, BlobRange range, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken)
    {
        if (range.Length == 0)
        {
            throw Damaged(key.Value, "is empty");
        }

        await using var blob = await OpenAsync(key, range, cancellationToken);
        var bytes = new byte[range.Length];
        using var content = new MemoryStream(bytes);
        await CopyAsync(blob, key, content, cancellationToken);
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(sha256.Span)
            ? bytes
            : throw Damaged(key.Value, "has another digest");
    }

    /// <summary>Reads a blob to its end, whatever its size, and compares length and digests.</summary>
    /// <exception cref="BackupDamagedException">It is missing, or is not what it was.</exception>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    public async Task CheckAsync(
        string key,
        long length,
        ReadOnlyMemory<byte> sha256,
        ReadOnlyMemory<byte> sha1,
        CancellationToken cancellationToken)
    {
        var blobKey = BlobKey.Of(key);
        if (await blobs.FindLengthAsync(blobKey, cancellationToken) is var found && found != length)
        {
            throw Damaged(key, found is null ? "is missing" : $"has {found} bytes instead of {length}");
        }

        await using var blob = await OpenAsync(blobKey, null, cancellationToken);
        using var digests = new DigestStream();
        await CopyAsync(blob, blobKey, digests, cancellationToken);
        if (!digests.Sha256().AsSpan().SequenceEqual(sha256.Span)
            || (!sha1.IsEmpty && !digests.Sha1().AsSpan().SequenceEqual(sha1.Span)))
        {
            throw Damaged(key, "has another digest");
        }
    }

    /// <summary>What is wrong with a blob.</summary>
    public static BackupDamagedException Damaged(string key, string what) => new($"The blob {key} {what}");

    private async Task<Blob> OpenAsync(BlobKey key, BlobRange? range, CancellationToken cancellationToken) =>
        await blobs.OpenAsync(key, range, cancellationToken) ?? throw Damaged(key.Value, "is missing");

    private static async Task CopyAsync(Blob blob, BlobKey key, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await blob.CopyToAsync(target, cancellationToken);
        }
        catch (EndOfStreamException)
        {
            throw Damaged(key.Value, "is cut off");
        }
    }
}
