using System.Buffers;
using System.Security.Cryptography;

namespace EventStore.Log.Transactions;

/// <summary>Takes what is written to it into a SHA-256, so that a large text need not exist to be digested.</summary>
internal sealed class DigestWriter : IBufferWriter<byte>, IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _written;

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    public void Advance(int count)
    {
        _written += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_written);
    }

    /// <summary>Takes bytes in without copying them.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Flush();
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>The digest of everything written; the next one starts anew.</summary>
    public byte[] Finish()
    {
        Flush();
        Length = 0;
        return _hash.GetHashAndReset();
    }

    public void Dispose()
    {
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _written >= Math.Max(size, 1))
        {
            return;
        }

        Flush();
        if (_buffer.Length < size)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(size);
        }
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _written);
        _written = 0;
    }
}
