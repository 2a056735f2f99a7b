using System.Buffers.Binary;

namespace EventStore.Server.Assets.Images;

/// <summary>The bytes of an image from front to back; where they end too early the image is not whole.</summary>
internal sealed class ImageContent(Stream content)
{
    /// <summary>At least as long as the longest segment that is read at once.</summary>
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[Math.Min(BufferBytes, content.Length)];
    private int _next;
    private int _end;
    private long _begin;

    /// <summary>Length of the whole file.</summary>
    public long Length { get; } = content.Length;

    public long Position => _begin + _next;

    public long Left => Length - Position;

    public byte ReadByte() => Read(1)[0];

    public int ReadInt16BigEndian() => BinaryPrimitives.ReadUInt16BigEndian(Read(2));

    public int ReadInt16LittleEndian() => BinaryPrimitives.ReadUInt16LittleEndian(Read(2));

    public int ReadInt24LittleEndian()
    {
        var bytes = Read(3);
        return bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
    }

    public uint ReadInt32BigEndian() => BinaryPrimitives.ReadUInt32BigEndian(Read(4));

    public uint ReadInt32LittleEndian() => BinaryPrimitives.ReadUInt32LittleEndian(Read(4));

    /// <summary>The next bytes, good until the next call; at most as many as a buffer holds.</summary>
    /// <exception cref="ImageFormatException">There are not so many.</exception>
    public ReadOnlySpan<byte> Read(int count)
    {
        if (_end - _next < count)
        {
            Fill(count);
        }

        _next += count;
        return _buffer.AsSpan(_next - count, count);
    }

    /// <summary>Some of the next bytes, up to a number; at least one.</summary>
    /// <exception cref="ImageFormatException">There are none.</exception>
    public ReadOnlySpan<byte> ReadSome(long most)
    {
        if (_end == _next)
        {
            Fill(1);
        }

        return Read((int)Math.Min(most, _end - _next));
    }

    /// <summary>Passes over all bytes up to the next of a value, and over that.</summary>
    /// <exception cref="ImageFormatException">There is none.</exception>
    public void SkipPast(byte value)
    {
        while (true)
        {
            if (_end == _next)
            {
                Fill(1);
            }

            var found = _buffer.AsSpan(_next, _end - _next).IndexOf(value);
            _next = found < 0 ? _end : _next + found + 1;
            if (found >= 0)
            {
                return;
            }
        }
    }

    /// <exception cref="ImageFormatException">There are not so many bytes.</exception>
    public void Skip(long count)
    {
        Require(count);
        if (count <= _end - _next)
        {
            _next += (int)count;
            return;
        }

        _begin = content.Position = Position + count;
        (_next, _end) = (0, 0);
    }

    /// <exception cref="ImageFormatException">There are not so many bytes left.</exception>
    public void Require(long count)
    {
        if (Left < count)
        {
            throw new ImageFormatException("The image is not whole: it ends too early");
        }
    }

    private void Fill(int count)
    {
        Require(count);
        var kept = _end - _next;
        Buffer.BlockCopy(_buffer, _next, _buffer, 0, kept);
        _begin += _next;
        _next = 0;
        _end = kept + content.ReadAtLeast(_buffer.AsSpan(kept), count - kept);
    }
}
