using System.Globalization;
using EventStore.Log.Documents;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Paths;

/// <summary>
/// A test of a value: of the scalar itself (<c>@</c>), or of a scalar below an object (<c>a</c>, <c>a.b</c>). Objects,
/// arrays and what is missing pass no test, not even <c>!=</c>.
/// </summary>
/// <param name="Keys">The way from the value to what is compared, canonically spelled; empty for the value
/// itself.</param>
/// <param name="Comparator">One of <c>== != &lt; &lt;= &gt; &gt;= ?</c>; the last only asks that the scalar is
/// there.</param>
/// <param name="Literal">What it is compared with; null for <c>?</c>.</param>
internal sealed record PathFilter(IReadOnlyList<byte[]> Keys, string Comparator, JsonValue? Literal)
{
    /// <summary>Whether a value passes.</summary>
    public bool Passes(JsonValue value)
    {
        var subject = value;
        foreach (var key in Keys)
        {
            if (subject.Kind != JsonKind.Object || subject.Find(key) is not { } member)
            {
                return false;
            }

            subject = member;
        }

        if (subject.IsContainer)
        {
            return false;
        }

        return Comparator switch
        {
            "?" => true,
            "==" => AreEqual(subject, Literal!),
            "!=" => !AreEqual(subject, Literal!),
            _ => AreOrdered(subject, Literal!),
        };
    }

    private static bool AreEqual(JsonValue left, JsonValue right)
    {
        if (left.Kind != right.Kind)
        {
            return false;
        }

        return left.Kind == JsonKind.Number
            ? JsonNumber.ToDouble(left.Text).Equals(JsonNumber.ToDouble(right.Text))
            : left.Text.SequenceEqual(right.Text);
    }

    /// <summary>
    /// Strings are ordered by UTF-16 code units; anything else as numbers, which null, false and true and numeric
    /// strings convert to. That is JavaScript's rule, and clients that replay patches locally follow it.
    /// </summary>
    private bool AreOrdered(JsonValue left, JsonValue right)
    {
        if (left.Kind == JsonKind.String && right.Kind == JsonKind.String)
        {
            var order = string.CompareOrdinal(left.DecodeString(), right.DecodeString());
            return Comparator switch
            {
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order >= 0,
            };
        }

        // Every comparison with NaN, which a string that is no number becomes, is false.
        var (first, second) = (ToNumber(left), ToNumber(right));
        return Comparator switch
        {
            "<" => first < second,
            "<=" => first <= second,
            ">" => first > second,
            _ => first >= second,
        };
    }

    private static double ToNumber(JsonValue value) => value.Kind switch
    {
        JsonKind.Number => JsonNumber.ToDouble(value.Text),
        JsonKind.True => 1,
        JsonKind.Null or JsonKind.False => 0,
        _ => ToNumber(value.DecodeString().Trim()),
    };

    private static double ToNumber(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        const NumberStyles Decimal =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var isNumber = double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number);
        return isNumber && !char.IsAsciiLetter(text[^1]) ? number : double.NaN;
    }

    /// <summary>A filter on the way of these attribute names.</summary>
    public static PathFilter Create(IEnumerable<string> names, string comparator, JsonValue? literal) =>
        new([.. names.Select(CanonicalString.Encode)], comparator, literal);
}
