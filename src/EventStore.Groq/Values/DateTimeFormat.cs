using System.Globalization;
using System.Text;

namespace EventStore.Groq.Values;

/// <summary>RFC 3339, read with any offset and written in UTC.</summary>
internal static class DateTimeFormat
{
    /// <summary>Reads <c>2006-01-02T15:04:05[.fraction](Z|±hh:mm)</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' || text[13] != ':'
            || text[16] != ':'
            || !Digits(text, 0, 4, out int year) || !Digits(text, 5, 2, out int month)
            || !Digits(text, 8, 2, out int day) || !Digits(text, 11, 2, out int hour)
            || !Digits(text, 14, 2, out int minute) || !Digits(text, 17, 2, out int second))
        {
            return false;
        }
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }
        ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks;
        int at = 19;
        if (text[at] == '.' && !ReadFraction(text, ref at, ref ticks))
        {
            return false;
        }
        return ReadOffset(text[at..], ref ticks) && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }

    /// <summary>Without fraction, with milliseconds, or with as many digits as it takes in groups of three.</summary>
    public static byte[] Write(long ticks)
    {
        long fraction = ticks % TimeSpan.TicksPerSecond;
        string format = fraction == 0 ? "yyyy-MM-ddTHH:mm:ssZ"
            : fraction % TimeSpan.TicksPerMillisecond == 0 ? "yyyy-MM-ddTHH:mm:ss.fffZ"
            : fraction % 10 == 0 ? "yyyy-MM-ddTHH:mm:ss.ffffffZ"
            : "yyyy-MM-ddTHH:mm:ss.fffffffZ";
        string text = new DateTime(ticks, DateTimeKind.Utc).ToString(format, CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes(text);
    }

    /// <summary>Always with three digits, as <c>now()</c> has it.</summary>
    public static byte[] WriteMilliseconds(long ticks) => Encoding.ASCII.GetBytes(
        new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));

    /// <summary>A number of seconds later; null when that is no valid date.</summary>
    public static Value Add(long ticks, double seconds)
    {
        double later = ticks + Math.Round(seconds * TimeSpan.TicksPerSecond);
        return later >= 0 && later <= DateTime.MaxValue.Ticks
            ? Value.DateTime(ticks + (long)Math.Round(seconds * TimeSpan.TicksPerSecond))
            : Value.Null;
    }

    private static bool ReadFraction(ReadOnlySpan<byte> text, ref int at, ref long ticks)
    {
        int digits = 0;
        long fraction = 0;
        at++;
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
        {
            // Finer than a tick is cut off.
            if (digits < 7)
            {
                fraction = (fraction * 10) + text[at] - '0';
            }
            digits++;
            at++;
        }
        for (int i = digits; i < 7; i++)
        {
            fraction *= 10;
        }
        ticks += fraction;
        return digits > 0;
    }

    private static bool ReadOffset(ReadOnlySpan<byte> text, ref long ticks)
    {
        if (text.Length == 1)
        {
            return (text[0] | 0x20) == 'z';
        }
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Digits(text, 1, 2, out int hours) || !Digits(text, 4, 2, out int minutes)
            || hours > 23 || minutes > 59)
        {
            return false;
        }
        long offset = ((hours * 60L) + minutes) * TimeSpan.TicksPerMinute;
        ticks -= text[0] == '+' ? offset : -offset;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int from, int count, out int value)
    {
        value = 0;
        for (int i = from; i < from + count; i++)
        {
            if ((uint)(text[i] - '0') > 9)
            {
                return false;
            }
            value = (value * 10) + text[i] - '0';
        }
        return true;
    }
}
