using System.Buffers;
using System.Security.Cryptography;

namespace EventStore.Log.Transactions;

/// <summary>
/// Takes what is written to it into a SHA-256, so that a large text need not exist to be digested. Each thread has one:
/// to set up a hash, and to call it for every few bytes, takes longer than most texts.
/// </summary>
internal sealed class DigestWriter : IBufferWriter<byte>
{
    private const int BufferBytes = 16 * 1024;

    [ThreadStatic]
    private static DigestWriter? _ofThread;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[BufferBytes];
    private int _written;

    private DigestWriter()
    {
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>The thread's own, with nothing in it, to be finished before it is begun again.</summary>
    public static DigestWriter Begin()
    {
        var writer = _ofThread ??= new();
        if (writer.Length > 0)
        {
            // Whoever had it before was interrupted.
            writer.Finish();
        }

        return writer;
    }

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

    /// <summary>The digest of everything written; the next one starts anew.</summary>
    public byte[] Finish()
    {
        Flush();
        Length = 0;
        return _hash.GetHashAndReset();
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
            _buffer = new byte[size];
        }
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _written);
        _written = 0;
        if (_buffer.Length > Limits.PackingBufferBytes)
        {
            // One huge piece must not leave its buffer behind on every thread.
            _buffer = new byte[BufferBytes];
        }
    }
}
