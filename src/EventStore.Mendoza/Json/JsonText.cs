using System.Buffers;

namespace EventStore.Mendoza.Json;

/// <summary>The inside of JSON strings: where they end, what their escapes mean, how keys compare.</summary>
internal static class JsonText
{
    /// <summary>
    /// Bytes at which a scan through a string must stop: the quote, the backslash and raw control characters.
    /// </summary>
    public static readonly SearchValues<byte> Stops = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Longest canonical spelling of one escape: <c>\u00xx</c>.</summary>
    public const int MaxEscapedLength = 6;

    /// <summary>
    /// Resolves the escape at the start of the text (its backslash) and writes its canonical spelling.
    /// </summary>
    /// <returns>Bytes read; 0 for a malformed escape, -1 for a lone surrogate.</returns>
    public static int ReadEscape(ReadOnlySpan<byte> text, Span<byte> output, out int written)
    {
        written = 0;
        if (text.Length < 2)
        {
            return 0;
        }
        byte kind = text[1];
        switch (kind)
        {
            case (byte)'"' or (byte)'\\' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                output[0] = (byte)'\\';
                output[1] = kind;
                written = 2;
                return 2;
            case (byte)'/':
                output[0] = kind;
                written = 1;
                return 2;
            case (byte)'u':
                return ReadUnicodeEscape(text, output, out written);
            default:
                return 0;
        }
    }

    /// <summary>Whether every escape in a string's text has the spelling that canonical text gives it.</summary>
    public static bool HasCanonicalEscapes(ReadOnlySpan<byte> content)
    {
        Span<byte> spelling = stackalloc byte[MaxEscapedLength];
        while (true)
        {
            int at = content.IndexOf((byte)'\\');
            if (at < 0)
            {
                return true;
            }
            content = content[at..];
            int read = ReadEscape(content, spelling, out int written);
            if (read != written || read <= 0 || !content[..read].SequenceEqual(spelling[..read]))
            {
                return false;
            }
            content = content[read..];
        }
    }

    /// <summary>Compares two keys in canonical spelling by the UTF-8 bytes they stand for.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length - right.Length;
        }
        // Escapes matter only at the first difference, unless that lies inside an escape both began.
        if (left[common] != '\\' && right[common] != '\\' && !InsideEscape(left, common))
        {
            return left[common] - right[common];
        }
        return CompareEscaped(left, right, common);
    }

    /// <summary>
    /// Whether the byte belongs to an escape that starts before it. An escape is at most six bytes long, but a run of
    /// backslashes is ambiguous from its end, so the scan starts from the run's own beginning.
    /// </summary>
    private static bool InsideEscape(ReadOnlySpan<byte> text, int at) =>
        text[Math.Max(0, at - MaxEscapedLength + 1)..at].Contains((byte)'\\') && EscapeStart(text, at) != at;

    private static int EscapeStart(ReadOnlySpan<byte> text, int at)
    {
        int scan = Math.Max(0, at - MaxEscapedLength);
        while (scan > 0 && text[scan - 1] == '\\')
        {
            scan--;
        }
        while (scan < at)
        {
            int length = text[scan] != '\\' ? 1 : text[scan + 1] == 'u' ? MaxEscapedLength : 2;
            if (scan + length > at)
            {
                return scan;
            }
            scan += length;
        }
        return at;
    }

    private static int CompareEscaped(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int at)
    {
        // Both texts are equal before the difference, so the escape it lies in, if any, starts at the same place in
        // both.
        int start = EscapeStart(left, at);
        return FirstByte(left[start..], out _) - FirstByte(right[start..], out _);
    }

    /// <summary>The first UTF-8 byte that canonical text stands for, and how many bytes spell it.</summary>
    public static byte FirstByte(ReadOnlySpan<byte> text, out int consumed)
    {
        consumed = 1;
        if (text[0] != '\\')
        {
            return text[0];
        }
        consumed = text[1] == 'u' ? MaxEscapedLength : 2;
        return text[1] switch
        {
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'u' => (byte)((HexValue(text[4]) << 4) | HexValue(text[5])),
            var other => other,
        };
    }

    /// <summary>
    /// Whether a string can be cut at an offset of its text: not inside an escape, nor inside a code point.
    /// </summary>
    public static bool IsBoundary(ReadOnlySpan<byte> content, int at) =>
        at == content.Length || at == 0 || ((content[at] & 0xC0) != 0x80 && !InsideEscape(content, at));

    private static int ReadUnicodeEscape(ReadOnlySpan<byte> text, Span<byte> output, out int written)
    {
        written = 0;
        int unit = ReadUnit(text);
        if (unit < 0)
        {
            return 0;
        }
        if (unit is < 0xD800 or > 0xDFFF)
        {
            written = WriteScalar(unit, output);
            return 6;
        }
        int low = unit < 0xDC00 && text.Length > 7 && text[6] == '\\' && text[7] == 'u' ? ReadUnit(text[6..]) : -1;
        if (low is < 0xDC00 or > 0xDFFF)
        {
            return -1;
        }
        written = WriteScalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), output);
        return 12;
    }

    private static int ReadUnit(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < 6)
        {
            return -1;
        }
        int unit = 0;
        for (int i = 2; i < 6; i++)
        {
            int digit = HexValue(escape[i]);
            if (digit < 0)
            {
                return -1;
            }
            unit = (unit << 4) | digit;
        }
        return unit;
    }

    private static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    private static int WriteScalar(int scalar, Span<byte> output)
    {
        int shorthand = scalar switch
        {
            '"' or '\\' => scalar,
            '\b' => 'b',
            '\f' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => 0,
        };
        if (shorthand != 0)
        {
            output[0] = (byte)'\\';
            output[1] = (byte)shorthand;
            return 2;
        }
        if (scalar < 0x20)
        {
            "\\u00"u8.CopyTo(output);
            output[4] = (byte)('0' + (scalar >> 4));
            output[5] = (byte)"0123456789abcdef"[scalar & 15];
            return MaxEscapedLength;
        }
        return new System.Text.Rune(scalar).EncodeToUtf8(output);
    }
}
