using System.Globalization;

namespace EventStore.Mendoza.Json;

/// <summary>JSON's number grammar.</summary>
internal static class JsonNumber
{
    /// <summary>Digits before the decimal point below which a number without exponent is surely finite.</summary>
    private const int SurelyFiniteDigits = 300;

    /// <summary>
    /// Length of the number at the start of the text, or the complement of the offset where it breaks the grammar.
    /// </summary>
    public static int Measure(ReadOnlySpan<byte> text, out bool hasExponent)
    {
        hasExponent = false;
        int at = 0;
        if (at < text.Length && text[at] == '-')
        {
            at++;
        }
        int digits = CountDigits(text, at);
        if (digits == 0 || (digits > 1 && text[at] == '0'))
        {
            return ~at;
        }
        at += digits;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            digits = CountDigits(text, at);
            if (digits == 0)
            {
                return ~at;
            }
            at += digits;
        }
        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            hasExponent = true;
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
            {
                at++;
            }
            digits = CountDigits(text, at);
            if (digits == 0)
            {
                return ~at;
            }
            at += digits;
        }
        return at;
    }

    public static bool IsFinite(ReadOnlySpan<byte> number, bool hasExponent) =>
        (!hasExponent && number.Length < SurelyFiniteDigits) || double.IsFinite(Value(number));

    public static double Value(ReadOnlySpan<byte> number) =>
        double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static int CountDigits(ReadOnlySpan<byte> text, int from)
    {
        int at = from;
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
        {
            at++;
        }
        return at - from;
    }
}
