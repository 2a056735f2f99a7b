using System.Buffers;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>A chunk as it was read. Its memory is rented, and used up by whoever unpacks it.</summary>
/// <param name="LastId">The id of its last document.</param>
internal sealed record StoredChunk(string LastId) : IDisposable
{
    private byte[] _buffer = [];
    private int _length;

    /// <summary>Whether it was read; one that is too large for a page is only named.</summary>
    public bool IsRead { get; private init; }

    public ReadOnlySpan<byte> Content => _buffer.AsSpan(0, _length);

    /// <summary>Reads its content.</summary>
    public static async Task<StoredChunk> ReadAsync(
        string lastId, Stream content, int length, CancellationToken cancellationToken)
    {
        var chunk = new StoredChunk(lastId)
        {
            IsRead = true,
            _buffer = ArrayPool<byte>.Shared.Rent(length),
            _length = length,
        };
        await content.ReadExactlyAsync(chunk._buffer.AsMemory(0, length), cancellationToken);
        return chunk;
    }

    public void Dispose()
    {
        var buffer = _buffer;
        (_buffer, _length) = ([], 0);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
