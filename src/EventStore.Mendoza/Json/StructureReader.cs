using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static EventStore.Mendoza.Json.BlockMasks;

namespace EventStore.Mendoza.Json;

/// <summary>
/// Finds the brackets and commas of canonical text outside its strings, 64 bytes at a time: bit masks of quotes and
/// backslashes tell which bytes lie in strings, so nothing is looked at byte by byte. The colons are left out: a key
/// ends where its string does.
/// </summary>
internal ref struct StructureReader
{
    private readonly ReadOnlySpan<byte> text;
    private readonly int end;
    private int block;
    private ulong found;
    private ulong opening;
    private ulong closing;
    private ulong insideString;
    private ulong escapedFirst;

    /// <summary>Reads the range from start to end, which must start outside strings.</summary>
    public StructureReader(ReadOnlySpan<byte> text, int start, int end)
    {
        this.text = text[..end];
        this.end = end;
        block = start - BlockLength;
    }

    /// <summary>Whether there was white space between tokens, or a raw control character anywhere.</summary>
    public bool IsSpaced { get; private set; }

    /// <summary>Whether there was a byte that starts a character from U+E000 to U+FFFF, among others.</summary>
    public bool HasUpper { get; private set; }

    /// <summary>Whether there was a byte that starts a character above U+FFFF.</summary>
    public bool HasAstral { get; private set; }

    /// <summary>Goes on from another place, which must lie outside strings.</summary>
    public void GoTo(int position)
    {
        block = position - BlockLength;
        found = 0;
        insideString = 0;
        escapedFirst = 0;
    }

    /// <summary>The next bracket or comma; false at the end of the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(out int position)
    {
        while (found == 0)
        {
            block += BlockLength;
            if (block >= end)
            {
                position = end;
                return false;
            }
            ReadBlock();
        }
        position = block + BitOperations.TrailingZeroCount(found);
        found &= found - 1;
        return true;
    }

    /// <summary>
    /// Steps over the rest of the container whose opening bracket was found last, counting brackets by the block.
    /// </summary>
    /// <param name="limit">Nothing behind the block that holds this place is read.</param>
    /// <param name="depth">How many containers are open, this one included; one more than may be is an error.</param>
    /// <param name="mostDepth">How many may be.</param>
    /// <returns>Offset of the closing bracket; -1 when it is not before the limit; -2 when nested too deeply.</returns>
    public int SkipContainer(int limit, int depth, int mostDepth)
    {
        int outside = depth - 1;
        ulong rest = found;
        while (true)
        {
            ulong opens = opening & rest;
            ulong closes = closing & rest;
            if (depth + BitOperations.PopCount(opens) > mostDepth
                && IsTooDeep(opens, closes, depth, outside, mostDepth))
            {
                return -2;
            }
            ulong close = BracketLevels.Close(opens, closes, depth - outside);
            if (close != 0)
            {
                found &= ~(close ^ (close - 1));
                return block + BitOperations.TrailingZeroCount(close);
            }
            depth += BitOperations.PopCount(opens) - BitOperations.PopCount(closes);
            if (!MoveToBrackets(limit, outside, mostDepth, ref depth))
            {
                return -1;
            }
            rest = found;
        }
    }

    private static bool IsTooDeep(ulong opens, ulong closes, int depth, int outside, int mostDepth)
    {
        for (ulong rest = opens | closes; rest != 0 && depth > outside; rest &= rest - 1)
        {
            depth += (opens & rest & (0 - rest)) != 0 ? 1 : -1;
            if (depth > mostDepth)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Goes to the next block whose brackets have to be looked at one by one, counting those of the blocks between.
    /// False behind the limit or at the end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool MoveToBrackets(int limit, int outside, int mostDepth, ref int depth)
    {
        // In locals and without a call, which would move the vectors to memory: most bytes come through here.
        ref byte start = ref MemoryMarshal.GetReference(text);
        int at = block + BlockLength;
        int last = Math.Min(limit, end - BlockLength);
        int open = depth;
        ulong carried = insideString;
        ulong escape = escapedFirst;
        ulong spaced = 0;
        bool isFound = false;
        for (; at <= last; at += BlockLength)
        {
            Vector512<byte> bytes = Vector512.LoadUnsafe(ref start, (nuint)at);
            ulong quotes = Equal(bytes, (byte)'"');
            ulong slashes = Equal(bytes, (byte)'\\');
            if ((slashes | escape) != 0)
            {
                quotes &= ~Escaped(slashes, ref escape);
            }
            ulong strings = PrefixParity(quotes) ^ carried;
            carried = (ulong)((long)strings >> (BlockLength - 1));
            Vector512<byte> folded = bytes | Vector512.Create((byte)0x20);
            ulong opens = Equal(folded, (byte)'{') & ~strings;
            ulong closes = Equal(folded, (byte)'}') & ~strings;
            spaced |= Vector512.LessThan(bytes, Vector512.Create((byte)' ')).ExtractMostSignificantBits()
                | (Equal(bytes, (byte)' ') & ~strings);
            if (Vector512.GreaterThanAny(bytes, Vector512.Create((byte)0xED)))
            {
                HasUpper |= Equal(bytes & Vector512.Create((byte)0xFE), 0xEE) != 0;
                HasAstral |= Vector512.GreaterThanAny(bytes, Vector512.Create((byte)0xEF));
            }
            int opening = BitOperations.PopCount(opens);
            int closing = BitOperations.PopCount(closes);
            // What closes right where it opened, as empty arrays do, brings the nesting nowhere.
            int emptied = BitOperations.PopCount(opens & (closes >> 1));
            if (open - closing + emptied <= outside || open + opening > mostDepth)
            {
                this.opening = opens;
                this.closing = closes;
                found = (Equal(bytes, (byte)',') & ~strings) | opens | closes;
                isFound = true;
                break;
            }
            open += opening - closing;
        }
        block = at;
        insideString = carried;
        escapedFirst = escape;
        IsSpaced |= spaced != 0;
        depth = open;
        if (isFound || at > limit || at >= end)
        {
            return isFound;
        }
        ReadBlock();
        return true;
    }

    private void ReadBlock()
    {
        Vector512<byte> bytes;
        int beyond = 0;
        if (block + BlockLength <= end)
        {
            bytes = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)block);
        }
        else if (end >= BlockLength)
        {
            // The last block is read from where it is whole; what was read before is shifted out.
            beyond = block + BlockLength - end;
            bytes = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)(end - BlockLength));
        }
        else
        {
            Span<byte> padded = stackalloc byte[BlockLength];
            padded.Fill((byte)'0');
            text[block..].CopyTo(padded);
            bytes = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(padded));
        }
        ulong escaped = Escaped(Equal(bytes, (byte)'\\') >> beyond, ref escapedFirst);
        ulong quotes = (Equal(bytes, (byte)'"') >> beyond) & ~escaped;
        ulong strings = PrefixParity(quotes) ^ insideString;
        insideString = (ulong)((long)strings >> (BlockLength - 1));

        // With this bit set, [ and { are one byte, and so are ] and }; no other bytes become either.
        Vector512<byte> folded = bytes | Vector512.Create((byte)0x20);
        opening = (Equal(folded, (byte)'{') >> beyond) & ~strings;
        closing = (Equal(folded, (byte)'}') >> beyond) & ~strings;
        found = ((Equal(bytes, (byte)',') >> beyond) & ~strings) | opening | closing;

        ulong controls = Vector512.LessThan(bytes, Vector512.Create((byte)' ')).ExtractMostSignificantBits();
        IsSpaced |= (controls | ((Equal(bytes, (byte)' ') >> beyond) & ~strings)) != 0;
        if (Vector512.GreaterThanAny(bytes, Vector512.Create((byte)0xED)))
        {
            HasUpper |= Equal(bytes & Vector512.Create((byte)0xFE), 0xEE) != 0;
            HasAstral |= Vector512.GreaterThanAny(bytes, Vector512.Create((byte)0xEF));
        }
    }
}
