using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EventStore.Mendoza.Json;

/// <summary>What can be told of 64 bytes of JSON at a time: bit i of a mask is byte i of the block.</summary>
internal static class BlockMasks
{
    public const int BlockLength = 64;

    private const ulong EvenBits = 0x5555555555555555;

    /// <summary>Where a byte lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Equal(Vector512<byte> bytes, byte value) =>
        Vector512.Equals(bytes, Vector512.Create(value)).ExtractMostSignificantBits();

    /// <summary>The bytes of a block that lie outside strings, opening quotes not among them.</summary>
    /// <param name="bytes">The block.</param>
    /// <param name="insideString">All bits, or none: whether a string goes on from the block before, and then to the
    /// next one.</param>
    /// <param name="escapedFirst">One if the block before escapes the first byte, else none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Outside(Vector512<byte> bytes, ref ulong insideString, ref ulong escapedFirst)
    {
        ulong quotes = Equal(bytes, (byte)'"');
        ulong slashes = Equal(bytes, (byte)'\\');
        if ((slashes | escapedFirst) != 0)
        {
            quotes &= ~Escaped(slashes, ref escapedFirst);
        }
        ulong strings = PrefixParity(quotes) ^ insideString;
        insideString = (ulong)((long)strings >> (BlockLength - 1));
        return ~strings;
    }

    /// <summary>
    /// The bytes that a backslash takes the meaning of: those behind runs of backslashes of odd length.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Escaped(ulong backslashes, ref ulong escapedFirst)
    {
        if ((backslashes | escapedFirst) == 0)
        {
            return 0;
        }
        ulong first = escapedFirst;
        backslashes &= ~first;
        ulong behind = (backslashes << 1) | first;
        ulong oddStarts = backslashes & ~EvenBits & ~behind;
        ulong runs = unchecked(oddStarts + backslashes);
        escapedFirst = runs < backslashes ? 1UL : 0UL;
        return (EvenBits ^ (runs << 1)) & behind;
    }

    /// <summary>Bit i is set where an odd number of bits up to and with i are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixParity(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
        {
            // A product without carries by a number of ones only is this sum.
            return Pclmulqdq.CarrylessMultiply(
                Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        }
        for (int distance = 1; distance < BlockLength; distance *= 2)
        {
            bits ^= bits << distance;
        }
        return bits;
    }
}
