using System.Buffers;
using System.Text;

namespace EventStore.Groq.Values;

/// <summary>The inside of JSON strings.</summary>
internal static class JsonStrings
{
    /// <summary>Bytes that a JSON string cannot hold as they are.</summary>
    public static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    public static byte[] Unescape(ReadOnlySpan<byte> content)
    {
        byte[] output = new byte[content.Length];
        int written = 0;
        while (true)
        {
            int at = content.IndexOf((byte)'\\');
            if (at < 0)
            {
                break;
            }
            content[..at].CopyTo(output.AsSpan(written));
            written += at;
            content = content[at..];
            content = content[ReadEscape(content, output.AsSpan(written), out int length)..];
            written += length;
        }
        content.CopyTo(output.AsSpan(written));
        written += content.Length;
        return written == output.Length ? output : output[..written];
    }

    private static int ReadEscape(ReadOnlySpan<byte> text, Span<byte> output, out int written)
    {
        written = 1;
        if (text.Length < 2)
        {
            throw JsonReader.Malformed();
        }
        switch (text[1])
        {
            case (byte)'b':
                output[0] = (byte)'\b';
                return 2;
            case (byte)'f':
                output[0] = (byte)'\f';
                return 2;
            case (byte)'n':
                output[0] = (byte)'\n';
                return 2;
            case (byte)'r':
                output[0] = (byte)'\r';
                return 2;
            case (byte)'t':
                output[0] = (byte)'\t';
                return 2;
            case (byte)'u':
                int unit = ReadUnit(text);
                int consumed = 6;
                if (char.IsHighSurrogate((char)unit) && text.Length >= 12 && text[6] == '\\' && text[7] == 'u')
                {
                    int low = ReadUnit(text[6..]);
                    if (char.IsLowSurrogate((char)low))
                    {
                        unit = char.ConvertToUtf32((char)unit, (char)low);
                        consumed = 12;
                    }
                }
                Rune rune = Rune.IsValid(unit) ? new Rune(unit) : Rune.ReplacementChar;
                written = rune.EncodeToUtf8(output);
                return consumed;
            default:
                output[0] = text[1];
                return 2;
        }
    }

    private static int ReadUnit(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < 6)
        {
            throw JsonReader.Malformed();
        }
        int unit = 0;
        for (int i = 2; i < 6; i++)
        {
            unit = char.IsAsciiHexDigit((char)escape[i])
                ? (unit << 4) | Convert.ToInt32(((char)escape[i]).ToString(), 16)
                : throw JsonReader.Malformed();
        }
        return unit;
    }
}
