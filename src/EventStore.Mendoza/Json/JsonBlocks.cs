using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EventStore.Mendoza.Json;

/// <summary>
/// Reads JSON 64 bytes at a time, from any place outside a string, and says where in them brackets and commas lie that
/// are not part of a string: bit i of a mask is byte i of the block.
/// </summary>
/// <remarks>
/// Which bytes lie inside strings follows from the quotes before them: the parity of their number, which is a prefix
/// sum of bits. So a block costs a few instructions whatever it holds, and nothing is decided byte by byte.
/// </remarks>
internal ref struct JsonBlocks(ReadOnlySpan<byte> text, int start)
{
    private const int Size = 64;

    private readonly ReadOnlySpan<byte> text = text;
    private int next = start;
    private ulong insideString;
    private ulong firstIsEscaped;

    /// <summary>Offset of the block's first byte.</summary>
    public int Start;

    /// <summary>Where the block opens an array or an object.</summary>
    public ulong Opens;

    /// <summary>Where it closes one.</summary>
    public ulong Closes;

    /// <summary>Where its commas lie.</summary>
    public ulong Commas;

    /// <summary>
    /// Goes to the next block in which the nesting may come down to a level, counting it through the blocks between:
    /// that is, past those with too few closing brackets. False at the end of the text.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool MoveTo(int level, ref int depth)
    {
        // All in locals and without a call, which would move the vectors to memory: the loop runs over most bytes of
        // every document.
        ReadOnlySpan<byte> rest = text;
        int at = next;
        ulong carried = insideString;
        ulong escape = firstIsEscaped;
        int open = depth;
        for (; rest.Length - at >= Size; at += Size)
        {
            Vector512<byte> bytes = Vector512.Create(rest.Slice(at, Size));
            ulong quotes = Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            ulong slashes = Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            if ((slashes | escape) != 0)
            {
                quotes &= ~Escaped(slashes, ref escape);
            }
            ulong inside = PrefixParity(quotes) ^ carried;
            carried = (ulong)((long)inside >> (Size - 1));

            // A bit tells each bracket from its curly form.
            Vector512<byte> curly = bytes | Vector512.Create((byte)0x20);
            ulong opens = Vector512.Equals(curly, Vector512.Create((byte)'{')).ExtractMostSignificantBits() & ~inside;
            ulong closes = Vector512.Equals(curly, Vector512.Create((byte)'}')).ExtractMostSignificantBits() & ~inside;
            int closing = BitOperations.PopCount(closes);
            if (open - closing <= level)
            {
                Commas = Vector512.Equals(bytes, Vector512.Create((byte)',')).ExtractMostSignificantBits() & ~inside;
                Opens = opens;
                Closes = closes;
                Start = at;
                next = at + Size;
                insideString = carried;
                firstIsEscaped = escape;
                depth = open;
                return true;
            }
            open += BitOperations.PopCount(opens) - closing;
        }
        next = rest.Length;
        insideString = carried;
        firstIsEscaped = escape;
        depth = open;
        return at < rest.Length && MoveToTail(at, level, ref depth);
    }

    /// <summary>Goes to the last block, which is shorter than the others, if it is one to stop at.</summary>
    private bool MoveToTail(int at, int level, ref int depth)
    {
        Span<byte> block = stackalloc byte[Size];
        block.Clear();
        text[at..].CopyTo(block);
        var tail = new JsonBlocks(block, 0) { insideString = insideString, firstIsEscaped = firstIsEscaped };
        if (!tail.MoveTo(level, ref depth))
        {
            return false;
        }
        Start = at;
        Opens = tail.Opens;
        Closes = tail.Closes;
        Commas = tail.Commas;
        return true;
    }

    /// <summary>The bytes that a backslash before them makes part of an escape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Escaped(ulong slashes, ref ulong firstIsEscaped)
    {
        ulong escaped = firstIsEscaped;
        slashes &= ~escaped;
        firstIsEscaped = 0;
        while (slashes != 0)
        {
            ulong slash = slashes & (0 - slashes);
            ulong behind = slash << 1;
            firstIsEscaped = slash >> (Size - 1);
            escaped |= behind;
            slashes &= ~(slash | behind);
        }
        return escaped;
    }

    /// <summary>Bit i is set where an odd number of bits up to and with i are.</summary>
    public static ulong PrefixParity(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
        {
            // A product without carries by a number of ones only is this sum.
            return Pclmulqdq.CarrylessMultiply(
                Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        }
        for (int distance = 1; distance < Size; distance *= 2)
        {
            bits ^= bits << distance;
        }
        return bits;
    }
}
