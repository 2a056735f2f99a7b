using System.Text;
using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>string</c>.</summary>
internal static class StringFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["lower"] = BuiltIn.Of(Lower),
        ["upper"] = BuiltIn.Of(Upper),
        ["split"] = BuiltIn.Of(Split),
        ["startsWith"] = BuiltIn.Of((text, prefix, _) => text.IsString && prefix.IsString
            ? Value.Of(text.ToUtf8().StartsWith(prefix.ToUtf8()))
            : Value.Null),
    };

    public static Value Lower(Value value, EvaluationState state) =>
        value.IsString ? Value.Of(value.ToString().ToLowerInvariant()) : Value.Null;

    public static Value Upper(Value value, EvaluationState state) =>
        value.IsString ? Value.Of(value.ToString().ToUpperInvariant()) : Value.Null;

    private static Value Split(Value value, Value separator, EvaluationState state)
    {
        if (!value.IsString || !separator.IsString)
        {
            return Value.Null;
        }
        byte[] text = value.ToUtf8().ToArray();
        var parts = new List<Value>();
        if (text.Length == 0)
        {
            return Value.Array([]);
        }
        ReadOnlySpan<byte> by = separator.ToUtf8();
        int at = 0;
        while (at <= text.Length)
        {
            int length = by.IsEmpty ? CodePointLength(text, at) : text.AsSpan(at).IndexOf(by);
            int end = length < 0 ? text.Length : at + length;
            parts.Add(Value.Utf8(text, at, end));
            if (length < 0 || (by.IsEmpty && end == text.Length))
            {
                break;
            }
            at = end + by.Length;
        }
        state.Step(parts.Count);
        state.Charge(text.Length + (parts.Count * 24L));
        return Value.Array([.. parts]);
    }

    private static int CodePointLength(byte[] text, int at)
    {
        Rune.DecodeFromUtf8(text.AsSpan(at), out _, out int length);
        return length;
    }
}
