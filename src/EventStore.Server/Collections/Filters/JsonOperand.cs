using System.Buffers.Text;
using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Filters;

/// <summary>The value of a condition, ready to be compared with the values of documents.</summary>
/// <param name="json">The value as canonical JSON.</param>
/// <param name="comparison">How texts are compared.</param>
internal sealed class JsonOperand(byte[] json, StringComparison comparison)
{
    /// <summary>The value if it is a text, else null.</summary>
    public string? Text { get; } = DocumentContent.Text(json);

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => IsNumeric(json);

    /// <summary>Whether it is a null.</summary>
    public bool IsNull => json[0] == 'n';

    /// <summary>Numbers are equal by value; texts as the comparison says; all else by their JSON.</summary>
    public bool IsEqualTo(ReadOnlySpan<byte> value) =>
        Compare(value) is { } order ? order == 0 : value.SequenceEqual(json);

    /// <summary>How a value compares with this one; null when they are not both numbers or both texts.</summary>
    public int? Compare(ReadOnlySpan<byte> value)
    {
        if (Text is not null)
        {
            return value[0] == '"'
                ? string.Compare(CanonicalString.DecodeValue(value), Text, comparison)
                : null;
        }

        return IsNumber && IsNumeric(value) ? CompareNumbers(value, json) : null;
    }

    private static bool IsNumeric(ReadOnlySpan<byte> value) => value[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'-';

    /// <summary>Whole numbers of 64 bits exactly, others as doubles.</summary>
    private static int CompareNumbers(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (TryReadWhole(left, out var one) && TryReadWhole(right, out var other))
        {
            return one.CompareTo(other);
        }

        Utf8Parser.TryParse(left, out double first, out _);
        Utf8Parser.TryParse(right, out double second, out _);
        return first.CompareTo(second);
    }

    private static bool TryReadWhole(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var consumed) && consumed == text.Length;
}
