using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EventStore.Log.Mutations.Values;

/// <summary>Arithmetic on numbers as JSON spells them.</summary>
internal static class JsonNumber
{
    /// <summary>The value as a double; a number too large for one is infinite.</summary>
    public static double ToDouble(ReadOnlySpan<byte> text) =>
        double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>
    /// The sum of two numbers, or the difference: exact when both are integers that fit 64 bits, otherwise in double
    /// precision and spelled the shortest way that reads back the same. Null when the result is not finite; the first
    /// number as it was written when the result does not differ from it.
    /// </summary>
    public static byte[]? Add(ReadOnlySpan<byte> number, ReadOnlySpan<byte> amount, bool subtract)
    {
        if (TryReadInteger(number, out var left) && TryReadInteger(amount, out var right))
        {
            var result = subtract ? left - (Int128)right : left + (Int128)right;
            if (result == left)
            {
                return number.ToArray();
            }

            if (result >= long.MinValue && result <= long.MaxValue)
            {
                return Encoding.ASCII.GetBytes(((long)result).ToString(CultureInfo.InvariantCulture));
            }
        }

        var before = ToDouble(number);
        var after = before + (subtract ? -ToDouble(amount) : ToDouble(amount));
        if (!double.IsFinite(after))
        {
            return null;
        }

        return after == before ? number.ToArray() : Encoding.ASCII.GetBytes(Spell(after));
    }

    /// <summary>A finite double as JavaScript spells it: plain digits from 1e-6 up to 1e21, an exponent
    /// beyond.</summary>
    public static string Spell(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        // "E16" would round; the round-trip form has the fewest digits, only its layout differs.
        var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var exponent = exponentAt < 0 ? 0 : int.Parse(text.AsSpan(exponentAt + 1), CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leadingZeros = digits.Length - digits.TrimStart('0').Length;
        digits = digits.TrimStart('0').TrimEnd('0');

        // The value is 0.digits times ten to this power.
        var magnitude = whole + exponent - leadingZeros;
        var sign = value < 0 ? "-" : "";
        if (magnitude is > 21 or < -5)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            var power = magnitude - 1;
            return $"{sign}{digits[0]}{fraction}e{(power < 0 ? "-" : "+")}{Math.Abs(power)}";
        }

        if (magnitude <= 0)
        {
            return $"{sign}0.{new string('0', -magnitude)}{digits}";
        }

        return digits.Length <= magnitude
            ? sign + digits.PadRight(magnitude, '0')
            : $"{sign}{digits[..magnitude]}.{digits[magnitude..]}";
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;
}
