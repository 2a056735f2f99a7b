using System.Buffers;

namespace EventStore.Groq.Values;

/// <summary>Steps over JSON texts without building anything. White space between tokens is allowed.</summary>
internal static class JsonReader
{
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]} \t\r\n"u8);

    public static GroqEvaluationException Malformed() =>
        new(GroqEvaluationError.MalformedDocument, "A document is not well-formed JSON.");

    /// <summary>The value that starts at an offset; strings and numbers are not looked into.</summary>
    public static Value ReadValue(JsonText text, int start, out int end)
    {
        byte[] bytes = text.Bytes;
        if ((uint)start >= (uint)text.End)
        {
            throw Malformed();
        }
        switch (bytes[start])
        {
            case (byte)'"':
                end = SkipString(bytes, start, text.End, out bool escaped);
                return escaped
                    ? Value.EscapedString(bytes, start + 1, end - 1)
                    : Value.Utf8(bytes, start + 1, end - 1);
            case (byte)'{':
                end = ContainerScan.Skip(bytes, start, text.End);
                return Value.ObjectText(text, start, end);
            case (byte)'[':
                end = ContainerScan.Skip(bytes, start, text.End);
                return Value.ArrayText(text, start, end);
            case (byte)'t':
                end = start + 4;
                return Value.True;
            case (byte)'f':
                end = start + 5;
                return Value.False;
            case (byte)'n':
                end = start + 4;
                return Value.Null;
            default:
                end = SkipScalar(bytes, start, text.End);
                return end > start ? Value.NumberText(bytes, start, end) : throw Malformed();
        }
    }

    public static Value Attribute(in Value value, ReadOnlySpan<byte> name)
    {
        JsonText text = value.Text;
        if (value.Start == text.Start)
        {
            return text.RootAttribute(name);
        }
        byte[] bytes = text.Bytes;
        int end = value.End;
        int position = FirstField(bytes, value.Start, end);
        while (TryReadField(bytes, end, ref position, out int keyStart, out int keyEnd, out int valueStart))
        {
            if (KeyEquals(bytes.AsSpan(keyStart..keyEnd), name))
            {
                return ReadValue(text, valueStart, out _);
            }
        }
        return Value.Null;
    }

    /// <summary>Offset of the first key's quote, or of the closing brace.</summary>
    public static int FirstField(byte[] bytes, int start, int end)
    {
        if (bytes[start] != '{')
        {
            return end;
        }
        return SkipSpace(bytes, start + 1, end);
    }

    /// <summary>
    /// Reads the field at the position and moves behind it and its comma. False at the end of the object.
    /// </summary>
    public static bool TryReadField(
        byte[] bytes, int end, ref int position, out int keyStart, out int keyEnd, out int valueStart)
    {
        if (!TryReadKey(bytes, end, ref position, out keyStart, out keyEnd))
        {
            valueStart = 0;
            return false;
        }
        valueStart = position;
        position = SkipComma(bytes, SkipValue(bytes, position, end), end);
        return true;
    }

    /// <summary>Reads a key and its colon. False at the end of the object.</summary>
    public static bool TryReadKey(byte[] bytes, int end, ref int position, out int keyStart, out int keyEnd)
    {
        keyStart = keyEnd = 0;
        if (position >= end || bytes[position] == '}')
        {
            return false;
        }
        if (bytes[position] != '"')
        {
            throw Malformed();
        }
        int behind = SkipString(bytes, position, end, out _);
        keyStart = position + 1;
        keyEnd = behind - 1;
        behind = SkipSpace(bytes, behind, end);
        if (behind >= end || bytes[behind] != ':')
        {
            throw Malformed();
        }
        position = SkipSpace(bytes, behind + 1, end);
        return true;
    }

    public static int SkipComma(byte[] bytes, int position, int end)
    {
        position = SkipSpace(bytes, position, end);
        if (position < end && bytes[position] == ',')
        {
            return SkipSpace(bytes, position + 1, end);
        }
        return position;
    }

    public static bool KeyEquals(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        if (key.Length == name.Length)
        {
            return key.SequenceEqual(name);
        }
        return key.Length > name.Length && key.Contains((byte)'\\')
            && JsonStrings.Unescape(key).AsSpan().SequenceEqual(name);
    }

    public static int SkipSpace(byte[] bytes, int position, int end)
    {
        while (position < end && bytes[position] <= ' ')
        {
            position++;
        }
        return position;
    }

    public static int SkipValue(byte[] bytes, int start, int end)
    {
        if (start >= end)
        {
            throw Malformed();
        }
        return bytes[start] switch
        {
            (byte)'"' => SkipString(bytes, start, end, out _),
            (byte)'{' or (byte)'[' => ContainerScan.Skip(bytes, start, end),
            _ => SkipScalar(bytes, start, end),
        };
    }

    private static int SkipScalar(byte[] bytes, int start, int end)
    {
        int length = bytes.AsSpan(start..end).IndexOfAny(ScalarEnds);
        return length < 0 ? end : start + length;
    }

    private static int SkipString(byte[] bytes, int start, int end, out bool escaped)
    {
        escaped = false;
        int at = start + 1;
        while (at < end)
        {
            int stop = bytes.AsSpan(at..end).IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
            {
                break;
            }
            at += stop;
            if (bytes[at] == '"')
            {
                return at + 1;
            }
            escaped = true;
            at += 2;
        }
        throw Malformed();
    }
}
