using System.Security.Cryptography;

namespace EventStore.Server.Blobs;

/// <summary>Reads a stream to its end and knows the digest of what passed.</summary>
internal sealed class DigestedContent(Stream content) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes read so far.</summary>
    public long Length { get; private set; }

    /// <summary>Reads until the buffer is full or the content ends.</summary>
    /// <returns>How many bytes; less than the buffer takes only at the end.</returns>
    public async Task<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        _hash.AppendData(buffer.Span[..read]);
        Length += read;
        return read;
    }

    /// <summary>What was read; called once, at the end.</summary>
    public BlobReceipt Finish() => new(Length, _hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
