using System.Text;

namespace EventStore.Server.Backups.Format;

/// <summary>Reads what <see cref="FieldWriter"/> wrote. What does not fit is damage, never a crash.</summary>
internal sealed class FieldReader(ReadOnlyMemory<byte> input)
{
    private int _at;

    public int Position => _at;

    public bool IsAtEnd => _at == input.Length;

    /// <exception cref="BackupDamagedException">There is no number.</exception>
    public long Number()
    {
        var span = input.Span;
        var value = 0UL;
        for (var shift = 0; shift < 64 && _at < span.Length; shift += 7)
        {
            var next = span[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)value is >= 0 and var number ? number : throw Broken();
            }
        }

        throw Broken();
    }

    /// <summary>A number that counts things, of which each takes a byte at least.</summary>
    /// <exception cref="BackupDamagedException">There is none, or there cannot be so many.</exception>
    public int Count() => Number() is var count && count <= input.Length - _at ? (int)count : throw Broken();

    /// <exception cref="BackupDamagedException">There is none that an index could be.</exception>
    public int Index(int count) => Number() is var index && index < count ? (int)index : throw Broken();

    /// <exception cref="BackupDamagedException">There are fewer bytes.</exception>
    public ReadOnlyMemory<byte> Raw(long length)
    {
        if (length < 0 || length > input.Length - _at)
        {
            throw Broken();
        }

        var bytes = input.Slice(_at, (int)length);
        _at += (int)length;
        return bytes;
    }

    /// <exception cref="BackupDamagedException">There are fewer bytes.</exception>
    public ReadOnlyMemory<byte> Bytes() => Raw(Number());

    /// <exception cref="BackupDamagedException">There are fewer bytes.</exception>
    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    /// <exception cref="BackupDamagedException">Something follows.</exception>
    public void RequireEnd()
    {
        if (!IsAtEnd)
        {
            throw Broken();
        }
    }

    public static BackupDamagedException Broken() => new("A part of the backup is malformed");
}
