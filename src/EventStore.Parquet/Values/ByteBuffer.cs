using System.Buffers;
using System.Buffers.Binary;

namespace EventStore.Parquet.Values;

/// <summary>Bytes that are appended to and used again.</summary>
internal sealed class ByteBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 256;
    private const int KeptBytes = 1024 * 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Where something was left out to be filled in.</summary>
    public ref byte this[int index] => ref _bytes[index];

    public void Add(byte value)
    {
        if (Length == _bytes.Length)
        {
            Grow(1);
        }

        _bytes[Length++] = value;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - Length < bytes.Length)
        {
            Grow(bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void AddInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(GetSpan(sizeof(int)), value);
        Length += sizeof(int);
    }

    /// <summary>Empties it. Memory that was hardly used is given back: one long value must not cost it for ever.</summary>
    public void Clear()
    {
        if (_bytes.Length > KeptBytes && Length < _bytes.Length / 4)
        {
            _bytes = [];
        }

        Length = 0;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < Math.Max(count, 1))
        {
            Grow(Math.Max(count, 1));
        }
    }

    private void Grow(int count)
    {
        var needed = checked(Length + count);
        var size = Math.Max(needed, (int)Math.Clamp(_bytes.Length * 2L, FirstBytes, Array.MaxLength));
        Array.Resize(ref _bytes, size);
    }
}
