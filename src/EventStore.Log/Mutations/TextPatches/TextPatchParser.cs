using System.Globalization;
using System.Text;

namespace EventStore.Log.Mutations.TextPatches;

/// <summary>
/// Reads Google's diff-match-patch text format: hunks headed <c>@@ -start,length +start,length @@</c>, and lines that
/// begin with a space, <c>-</c> or <c>+</c> and are percent-encoded. Offsets and lengths count UTF-8 bytes, as the
/// public package writes them.
/// </summary>
internal static class TextPatchParser
{
    // What encodeURI leaves alone, decodeURI must leave encoded, or "%23" in a text could not be told from "#".
    private const string NeverDecoded = ";/?:@&=+$,#";
    private const int MaxOffsetDigits = 9;

    /// <exception cref="MutationRejection">The patch is malformed.</exception>
    public static List<TextHunk> Parse(string patch)
    {
        var hunks = new List<TextHunk>();
        if (patch.Length == 0)
        {
            return hunks;
        }

        TextHunk? hunk = null;
        foreach (var line in patch.Split('\n'))
        {
            if (hunk is null || line.StartsWith('@'))
            {
                hunk = ReadHeader(line);
                hunks.Add(hunk);
            }
            else if (line.Length > 0)
            {
                ReadEdit(line, hunk);
            }
        }

        return hunks;
    }

    private static void ReadEdit(string line, TextHunk hunk)
    {
        var text = Decode(line.AsSpan(1));
        var excess = Encoding.UTF8.GetByteCount(text) - text.Length;
        switch (line[0])
        {
            case '-':
                hunk.Edits.Add(new TextEdit(TextEditKind.Delete, text));
                hunk.OldLength -= excess;
                break;
            case '+':
                hunk.Edits.Add(new TextEdit(TextEditKind.Insert, text));
                hunk.NewLength -= excess;
                break;
            case ' ':
                hunk.Edits.Add(new TextEdit(TextEditKind.Keep, text));
                hunk.OldLength -= excess;
                hunk.NewLength -= excess;
                break;
            default:
                throw MutationRejection.Invalid(
                    "A line of the diffMatchPatch begins with none of space, + and -", line);
        }
    }

    private static TextHunk ReadHeader(string line)
    {
        var rest = line.AsSpan();
        if (Take(ref rest, "@@ -")
            && TryReadRange(ref rest, out var oldStart, out var oldLength)
            && Take(ref rest, " +")
            && TryReadRange(ref rest, out var newStart, out var newLength)
            && rest.SequenceEqual(" @@"))
        {
            return new TextHunk
            {
                OldStart = oldStart,
                OldLength = oldLength,
                NewStart = newStart,
                NewLength = newLength,
            };
        }

        throw MutationRejection.Invalid("The diffMatchPatch has a malformed hunk header", line);
    }

    /// <summary>Reads <c>start,length</c>: starts count from 1 unless the length is 0, and a length of 1 is left
    /// out.</summary>
    private static bool TryReadRange(ref ReadOnlySpan<char> text, out int start, out int length)
    {
        length = 1;
        if (!TryReadNumber(ref text, out start))
        {
            return false;
        }

        if (Take(ref text, ",") && text.Length > 0 && char.IsAsciiDigit(text[0]))
        {
            var isEmpty = text[0] == '0' && (text.Length == 1 || !char.IsAsciiDigit(text[1]));
            if (!TryReadNumber(ref text, out length))
            {
                return false;
            }

            start -= isEmpty ? 0 : 1;
            return true;
        }

        start--;
        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<char> text, out int number)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        number = 0;
        if (digits is 0 or > MaxOffsetDigits
            || !int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        text = text[digits..];
        return true;
    }

    private static bool Take(ref ReadOnlySpan<char> text, string expected)
    {
        if (!text.StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        text = text[expected.Length..];
        return true;
    }

    private static string Decode(ReadOnlySpan<char> text)
    {
        if (!text.Contains('%'))
        {
            return text.ToString();
        }

        var decoded = new StringBuilder(text.Length);
        Span<byte> sequence = stackalloc byte[4];
        for (var index = 0; index < text.Length;)
        {
            if (text[index] != '%')
            {
                decoded.Append(text[index++]);
                continue;
            }

            var start = index;
            var length = 0;
            sequence[length++] = ReadByte(text, ref index);
            var needed = sequence[0] switch { < 0x80 => 1, < 0xC2 => 0, < 0xE0 => 2, < 0xF0 => 3, < 0xF5 => 4, _ => 0 };
            while (length < needed)
            {
                sequence[length++] = ReadByte(text, ref index);
            }

            if (needed == 0 || Rune.DecodeFromUtf8(sequence[..length], out var rune, out var used)
                != System.Buffers.OperationStatus.Done || used != length)
            {
                throw IllegalEscape(text);
            }

            if (length == 1 && NeverDecoded.Contains((char)sequence[0]))
            {
                decoded.Append(text[start..index]);
            }
            else
            {
                decoded.Append(rune.ToString());
            }
        }

        return decoded.ToString();
    }

    private static byte ReadByte(ReadOnlySpan<char> text, ref int index)
    {
        if (index + 2 >= text.Length
            || text[index] != '%'
            || !char.IsAsciiHexDigit(text[index + 1])
            || !char.IsAsciiHexDigit(text[index + 2]))
        {
            throw IllegalEscape(text);
        }

        var value = byte.Parse(text.Slice(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        index += 3;
        return value;
    }

    private static MutationRejection IllegalEscape(ReadOnlySpan<char> line) =>
        MutationRejection.Invalid("The diffMatchPatch has an illegal escape", line.ToString());
}
