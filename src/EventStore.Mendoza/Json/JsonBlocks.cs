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
    public bool MoveTo(int level, ref int depth)
    {
        // In locals, since the loop runs over most bytes of every document.
        ReadOnlySpan<byte> rest = text;
        int at = next;
        ulong carried = insideString;
        int open = depth;
        while (at < rest.Length)
        {
            Vector512<byte> bytes = rest.Length - at >= Size
                ? Vector512.Create(rest.Slice(at, Size))
                : LoadTail(rest[at..]);
            ulong quotes = Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            ulong slashes = Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            if ((slashes | firstIsEscaped) != 0)
            {
                quotes &= ~Escaped(slashes, ref firstIsEscaped);
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
                depth = open;
                return true;
            }
            open += BitOperations.PopCount(opens) - closing;
            at += Size;
        }
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<byte> LoadTail(ReadOnlySpan<byte> tail)
    {
        Span<byte> block = stackalloc byte[Size];
        tail.CopyTo(block);
        return Vector512.Create<byte>(block);
    }

    /// <summary>The bytes that a backslash before them makes part of an escape.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Escaped(ulong slashes, ref ulong firstIsEscaped)
    {
        ulong escaped = firstIsEscaped;
        firstIsEscaped = 0;
        slashes &= ~escaped;
        while (slashes != 0)
        {
            int at = BitOperations.TrailingZeroCount(slashes);
            if (at == Size - 1)
            {
                firstIsEscaped = 1;
                break;
            }
            ulong behind = 2UL << at;
            escaped |= behind;
            slashes &= ~(behind | (behind >> 1));
        }
        return escaped;
    }

    /// <summary>Bit i is set where an odd number of bits up to and with i are.</summary>
    private static ulong PrefixParity(ulong bits)
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
