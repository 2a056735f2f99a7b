using System.Buffers;
using System.Text;

namespace EventStore.Log.Documents;

/// <summary>
/// Strings as canonical JSON spells them between their quotes. There is exactly one spelling of each string, so
/// equality of strings is equality of these bytes.
/// </summary>
public static class CanonicalString
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    /// <summary>The bytes between the quotes. The text must be well-formed UTF-16.</summary>
    public static byte[] Encode(string text)
    {
        if (!text.AsSpan().ContainsAny(Escaped))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            switch (character)
            {
                case '"': escaped.Append("\\\""); break;
                case '\\': escaped.Append("\\\\"); break;
                case '\b': escaped.Append("\\b"); break;
                case '\f': escaped.Append("\\f"); break;
                case '\n': escaped.Append("\\n"); break;
                case '\r': escaped.Append("\\r"); break;
                case '\t': escaped.Append("\\t"); break;
                case < ' ':
                    escaped.Append("\\u00").Append(Hex(character >> 4)).Append(Hex(character & 15));
                    break;
                default: escaped.Append(character); break;
            }
        }

        return Encoding.UTF8.GetBytes(escaped.ToString());
    }

    /// <summary>A whole JSON string with its quotes.</summary>
    public static byte[] Quote(string text)
    {
        var inner = Encode(text);
        var quoted = new byte[inner.Length + 2];
        quoted[0] = (byte)'"';
        inner.CopyTo(quoted, 1);
        quoted[^1] = (byte)'"';
        return quoted;
    }

    /// <summary>The text that the bytes between the quotes spell.</summary>
    public static string Decode(ReadOnlySpan<byte> spelled)
    {
        var text = Encoding.UTF8.GetString(spelled);
        if (!text.Contains('\\'))
        {
            return text;
        }

        var decoded = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\')
            {
                decoded.Append(text[index]);
                continue;
            }

            index++;
            switch (text[index])
            {
                case 'b': decoded.Append('\b'); break;
                case 'f': decoded.Append('\f'); break;
                case 'n': decoded.Append('\n'); break;
                case 'r': decoded.Append('\r'); break;
                case 't': decoded.Append('\t'); break;
                case 'u':
                    decoded.Append((char)Convert.ToInt32(text.Substring(index + 1, 4), 16));
                    index += 4;
                    break;
                default: decoded.Append(text[index]); break;
            }
        }

        return decoded.ToString();
    }

    /// <summary>The text of a JSON string value, or null when the value is not a string.</summary>
    public static string? DecodeValue(ReadOnlySpan<byte> value) =>
        value.Length >= 2 && value[0] == '"' ? Decode(value[1..^1]) : null;

    /// <summary>Orders two spelled keys as canonical objects do: by the UTF-8 bytes of the text they spell.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Contains((byte)'\\') || right.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetBytes(Decode(left)).AsSpan().SequenceCompareTo(
                Encoding.UTF8.GetBytes(Decode(right)));
        }

        return left.SequenceCompareTo(right);
    }

    private static char Hex(int digit) => (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}
