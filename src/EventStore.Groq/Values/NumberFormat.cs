using System.Globalization;

namespace EventStore.Groq.Values;

/// <summary>Spells computed numbers the way JavaScript does: shortest, without exponent below 1e21.</summary>
internal static class NumberFormat
{
    public const int MaxLength = 32;

    public static int Write(double value, Span<byte> output)
    {
        if (Math.Abs(value) < 1e15 && value == Math.Truncate(value))
        {
            ((long)value).TryFormat(output, out int integer, default, CultureInfo.InvariantCulture);
            return integer;
        }
        value.TryFormat(output, out int written, "R", CultureInfo.InvariantCulture);
        int exponentAt = output[..written].IndexOf((byte)'E');
        return exponentAt < 0 && Math.Abs(value) >= 1e-6 ? written : Respell(value, output);
    }

    private static int Respell(double value, Span<byte> output)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        Decompose(text, out string digits, out int exponent);
        int at = 0;
        if (value < 0)
        {
            output[at++] = (byte)'-';
        }
        if (exponent is >= 21 or < -6)
        {
            at += Ascii(digits[..1], output[at..]);
            if (digits.Length > 1)
            {
                output[at++] = (byte)'.';
                at += Ascii(digits[1..], output[at..]);
            }
            output[at++] = (byte)'e';
            output[at++] = (byte)(exponent < 0 ? '-' : '+');
            return at + Ascii(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture), output[at..]);
        }
        if (exponent < 0)
        {
            at += Ascii("0.", output[at..]);
            output.Slice(at, -exponent - 1).Fill((byte)'0');
            at += -exponent - 1;
            return at + Ascii(digits, output[at..]);
        }
        int whole = exponent + 1;
        at += Ascii(digits[..Math.Min(whole, digits.Length)], output[at..]);
        if (digits.Length <= whole)
        {
            output.Slice(at, whole - digits.Length).Fill((byte)'0');
            return at + whole - digits.Length;
        }
        output[at++] = (byte)'.';
        return at + Ascii(digits[whole..], output[at..]);
    }

    /// <summary>Significant digits, and the power of ten of the first of them.</summary>
    private static void Decompose(string text, out string digits, out int exponent)
    {
        text = text.TrimStart('-');
        int exponentAt = text.IndexOf('E');
        exponent = exponentAt < 0 ? 0 : int.Parse(text.AsSpan(exponentAt + 1), CultureInfo.InvariantCulture);
        string mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int point = mantissa.IndexOf('.');
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        string significant = digits.TrimStart('0');
        exponent -= digits.Length - significant.Length;
        digits = significant.TrimEnd('0');
    }

    private static int Ascii(string text, Span<byte> output) => System.Text.Encoding.ASCII.GetBytes(text, output);
}
