using System.Numerics;
using System.Runtime.Intrinsics;

namespace EventStore.Log.Documents;

/// <summary>
/// Goes through JSON 64 bytes at a time, beginning outside a string, and says where brackets open and close that are no
/// part of a string: bit i of a mask stands for byte i of the block. Dense JSON has a bracket or a quote every few
/// bytes, so looking for one after the other costs many times as much.
/// </summary>
internal ref struct StructureBlocks(ReadOnlySpan<byte> json, int start)
{
    private const int Size = 64;

    private readonly ReadOnlySpan<byte> _json = json;
    private int _next = start;
    private ulong _insideString;
    private ulong _escapesFirst;

    /// <summary>Offset of the block.</summary>
    public int Start { get; private set; }

    /// <summary>Where containers open.</summary>
    public ulong Opens { get; private set; }

    /// <summary>Where containers close.</summary>
    public ulong Closes { get; private set; }

    /// <summary>Goes on to the next block; false after the last one.</summary>
    public bool Read()
    {
        var left = _json.Length - _next;
        if (left <= 0)
        {
            return false;
        }

        Start = _next;
        _next += Size;
        var block = left >= Size ? Vector512.Create(_json.Slice(Start, Size)) : Last(_json[Start..]);
        var quotes = Vector512.Equals(block, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
        var slashes = Vector512.Equals(block, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
        if ((slashes | _escapesFirst) != 0)
        {
            quotes &= ~TakeEscaped(slashes);
        }

        // A byte is inside a string when the number of quotes up to it is odd.
        var inside = quotes;
        for (var shift = 1; shift < Size; shift *= 2)
        {
            inside ^= inside << shift;
        }

        inside ^= _insideString;
        _insideString = (ulong)((long)inside >> (Size - 1));

        // Square brackets differ from curly ones in one bit.
        var folded = block | Vector512.Create((byte)0x20);
        Opens = Vector512.Equals(folded, Vector512.Create((byte)'{')).ExtractMostSignificantBits() & ~inside;
        Closes = Vector512.Equals(folded, Vector512.Create((byte)'}')).ExtractMostSignificantBits() & ~inside;
        return true;
    }

    private static Vector512<byte> Last(ReadOnlySpan<byte> rest)
    {
        Span<byte> padded = stackalloc byte[Size];
        padded.Clear();
        rest.CopyTo(padded);
        return Vector512.Create<byte>(padded);
    }

    private ulong TakeEscaped(ulong slashes)
    {
        var escaped = _escapesFirst;
        slashes &= ~escaped;
        _escapesFirst = 0;
        for (; slashes != 0; slashes &= slashes - 1)
        {
            var place = BitOperations.TrailingZeroCount(slashes);
            if (place == Size - 1)
            {
                _escapesFirst = 1;
                break;
            }

            escaped |= 2UL << place;
            slashes &= ~(2UL << place);
        }

        return escaped;
    }
}
