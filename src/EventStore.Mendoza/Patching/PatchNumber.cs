using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace EventStore.Mendoza.Patching;

/// <summary>Whole numbers in their plain spelling: digits and nothing else.</summary>
internal static class PatchNumber
{
    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong HighBits = 0x8080_8080_8080_8080;
    private const ulong AboveNine = 0x7676_7676_7676_7676;

    /// <summary>So many digits fit an int whatever they are.</summary>
    private const int MostDigits = 9;

    /// <summary>Reads the number at a position.</summary>
    /// <param name="text">A patch.</param>
    /// <param name="at">Where the number starts.</param>
    /// <param name="next">Behind the comma that follows it, or at the closing bracket.</param>
    /// <returns>The number; -1 for anything else.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ReadOnlySpan<byte> text, int at, out int next)
    {
        if (text.Length - at > sizeof(ulong))
        {
            // One to seven digits and what follows them, all at once, since their number is unpredictable.
            ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);
            ulong digits = bytes ^ Zeros;
            ulong others = (((digits & ~HighBits) + AboveNine) | digits) & HighBits;
            int length = BitOperations.TrailingZeroCount(others) & ~7;
            if (others != 0 && length > 0 && (byte)(bytes >> length) == ',')
            {
                next = at + (length >> 3) + 1;
                return Combine(digits << (64 - length));
            }
        }
        long read = ReadSlowly(text, at);
        next = at + (int)(read >> 32);
        return (int)read;
    }

    /// <summary>How many bytes lie up to the next token, and in the lower half the number.</summary>
    private static long ReadSlowly(ReadOnlySpan<byte> text, int start)
    {
        int number = 0;
        int at = start;
        while (at < text.Length && at - start < MostDigits && (uint)(text[at] - '0') <= 9)
        {
            number = number * 10 + (text[at++] - '0');
        }
        if (at == start || at >= text.Length || text[at] is not ((byte)',' or (byte)']'))
        {
            return uint.MaxValue;
        }
        return ((long)(text[at] == ',' ? at + 1 - start : at - start) << 32) | (uint)number;
    }

    /// <summary>The number that eight digits spell, the first in the lowest byte.</summary>
    private static int Combine(ulong digits)
    {
        ulong pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
        ulong fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
        return (int)(uint)(fours * 10_000 + (fours >> 32));
    }
}
