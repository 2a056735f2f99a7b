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

    /// <summary>Reads a number and the comma behind it; stops at a closing bracket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, ref int position, out int number)
    {
        if (text.Length - position > sizeof(ulong))
        {
            // One to seven digits and what follows them, all at once, since their number is unpredictable.
            ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(text[position..]);
            ulong digits = bytes ^ Zeros;
            ulong others = (((digits & ~HighBits) + AboveNine) | digits) & HighBits;
            int length = BitOperations.TrailingZeroCount(others) & ~7;
            byte behind = (byte)(bytes >> length);
            if (others != 0 && length > 0 && behind is ((byte)',' or (byte)']'))
            {
                position += (length >> 3) + (behind == ',' ? 1 : 0);
                number = Combine(digits << (64 - length));
                return true;
            }
        }
        return TryReadSlowly(text, ref position, out number);
    }

    private static bool TryReadSlowly(ReadOnlySpan<byte> text, ref int position, out int number)
    {
        number = 0;
        int at = position;
        while (at < text.Length && at - position < MostDigits && (uint)(text[at] - '0') <= 9)
        {
            number = number * 10 + (text[at++] - '0');
        }
        if (at == position || at >= text.Length || text[at] is not ((byte)',' or (byte)']'))
        {
            return false;
        }
        position = text[at] == ',' ? at + 1 : at;
        return true;
    }

    /// <summary>The number that eight digits spell, the first in the lowest byte.</summary>
    private static int Combine(ulong digits)
    {
        ulong pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
        ulong fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
        return (int)(uint)(fours * 10_000 + (fours >> 32));
    }
}
