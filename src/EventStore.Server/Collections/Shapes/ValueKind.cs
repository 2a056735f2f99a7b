using System.Buffers.Text;

namespace EventStore.Server.Collections.Shapes;

/// <summary>Tells the kinds of values in canonical JSON.</summary>
internal static class ValueKind
{
    private const long LargestExact = 1L << 53;

    /// <summary>What a number is.</summary>
    public static ValueKinds OfNumber(ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0 || value.SequenceEqual("-0"u8))
        {
            return ValueKinds.Fraction;
        }

        if (!Utf8Parser.TryParse(value, out long number, out var consumed) || consumed != value.Length)
        {
            return ValueKinds.HugeInteger;
        }

        return number is >= -LargestExact and <= LargestExact ? ValueKinds.Integer : ValueKinds.LongInteger;
    }

    /// <summary>
    /// Reads an instant such as <c>2025-02-19T12:00:00.5Z</c>: in UTC, with at most six digits behind the second, so that
    /// microseconds hold it whole.
    /// </summary>
    /// <param name="value">A string with its quotes.</param>
    /// <param name="microseconds">Since 1970.</param>
    public static bool TryReadInstant(ReadOnlySpan<byte> value, out long microseconds)
    {
        microseconds = 0;
        const int shortest = 22;
        const int longest = 29;
        if (value.Length is < shortest or > longest || value[^2] != 'Z')
        {
            return false;
        }

        var text = value[1..^2];
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month)
            || !Digits(text[8..10], out var day) || !Digits(text[11..13], out var hour)
            || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var fraction = 0;
        if (text.Length > 19)
        {
            if (text[19] != '.' || text.Length == 20 || !Digits(text[20..], out fraction))
            {
                return false;
            }

            for (var digits = text.Length - 20; digits < 6; digits++)
            {
                fraction *= 10;
            }
        }

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks;
        microseconds = ((ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond) + fraction;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + digit - '0';
        }

        return true;
    }
}
