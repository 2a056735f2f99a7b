using System.Text;

namespace EventStore.Groq.Syntax;

/// <summary>
/// Reads the query character by character. What a <c>*</c> or a word means depends on whether an operand or an operator
/// is due, so the parser asks for what it expects instead of being handed a list of tokens.
/// </summary>
internal sealed class Lexer(string text)
{
    public string Text { get; } = text;

    /// <summary>Where reading goes on; white space before what comes next may have been skipped already.</summary>
    public int Position { get; private set; }

    /// <summary>Where the last thing that was taken ended.</summary>
    public int End { get; private set; }

    /// <summary>The next character that counts, or a null character at the end.</summary>
    public char Peek()
    {
        SkipSpace();
        return Position < Text.Length ? Text[Position] : '\0';
    }

    /// <summary>The character behind the next one.</summary>
    public char PeekSecond(int offset = 1) => Position + offset < Text.Length ? Text[Position + offset] : '\0';

    public bool AtEnd()
    {
        SkipSpace();
        return Position >= Text.Length;
    }

    public void Skip(int count) => End = Position += count;

    public void Return(int position) => Position = position;

    public bool TryTake(string symbol)
    {
        SkipSpace();
        if (string.CompareOrdinal(Text, Position, symbol, 0, symbol.Length) != 0)
        {
            return false;
        }
        Skip(symbol.Length);
        return true;
    }

    public void Expect(string symbol)
    {
        if (!TryTake(symbol))
        {
            throw Unexpected($"expected '{symbol}'");
        }
    }

    /// <summary>Takes the word if it is next and ends where it should.</summary>
    public bool TryTakeWord(string word)
    {
        SkipSpace();
        if (string.CompareOrdinal(Text, Position, word, 0, word.Length) != 0
            || IsWordPart(PeekSecond(word.Length)))
        {
            return false;
        }
        Skip(word.Length);
        return true;
    }

    public bool IsIdentifierNext() => IsWordStart(Peek());

    public string ReadIdentifier()
    {
        SkipSpace();
        int start = Position;
        if (!IsWordStart(PeekSecond(0)))
        {
            throw Unexpected("expected an identifier");
        }
        while (IsWordPart(PeekSecond(0)))
        {
            Position++;
        }
        End = Position;
        return Text[start..Position];
    }

    /// <summary>Reads an unsigned number's text: digits, a fraction, an exponent.</summary>
    public string ReadNumber()
    {
        int start = Position;
        SkipDigits();
        if (PeekSecond(0) == '.' && char.IsAsciiDigit(PeekSecond(1)))
        {
            Position++;
            SkipDigits();
        }
        if ((PeekSecond(0) | 0x20) == 'e')
        {
            int sign = PeekSecond(1) is '+' or '-' ? 1 : 0;
            if (char.IsAsciiDigit(PeekSecond(1 + sign)))
            {
                Position += 1 + sign;
                SkipDigits();
            }
        }
        if (IsWordPart(PeekSecond(0)))
        {
            throw Unexpected("a number must not be followed by a letter");
        }
        End = Position;
        return Text[start..Position];
    }

    /// <summary>Reads a string literal from its quote on.</summary>
    public string ReadString()
    {
        char quote = Text[Position];
        int start = Position++;
        int plain = Position;
        StringBuilder? built = null;
        while (true)
        {
            int stop = Text.AsSpan(Position).IndexOfAny(quote, '\\');
            if (stop < 0)
            {
                throw new GroqParseException("unterminated string", start, Text.Length);
            }
            Position += stop;
            if (Text[Position] == quote)
            {
                break;
            }
            built ??= new StringBuilder();
            built.Append(Text, plain, Position - plain);
            ReadEscape(built);
            plain = Position;
        }
        int end = Position;
        Skip(1);
        string value = built is null ? Text[plain..end] : built.Append(Text, plain, end - plain).ToString();
        return HasLoneSurrogate(value)
            ? throw new GroqParseException("a string must not hold half of a surrogate pair", start, Position)
            : value;
    }

    public GroqParseException Unexpected(string expectation)
    {
        SkipSpace();
        if (Position >= Text.Length)
        {
            return new GroqParseException($"unexpected end of query, {expectation}", Text.Length, Text.Length);
        }
        int length = char.IsHighSurrogate(Text[Position]) && Position + 1 < Text.Length ? 2 : 1;
        string found = Text.Substring(Position, length);
        return new GroqParseException($"unexpected '{found}', {expectation}", Position, Position + length);
    }

    private static bool HasLoneSurrogate(string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogate(value[i]))
            {
                if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private static bool IsWordStart(char value) => char.IsAsciiLetter(value) || value == '_';

    private static bool IsWordPart(char value) => char.IsAsciiLetterOrDigit(value) || value == '_';

    private static int HexValue(char digit) =>
        char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(PeekSecond(0)))
        {
            Position++;
        }
    }

    private void SkipSpace()
    {
        while (Position < Text.Length)
        {
            char next = Text[Position];
            if (next is ' ' or (>= '\t' and <= '\r') or '\u0085' or '\u00a0' or '\ufeff')
            {
                Position++;
            }
            else if (next == '/' && PeekSecond() == '/')
            {
                int line = Text.IndexOf('\n', Position);
                Position = line < 0 ? Text.Length : line + 1;
            }
            else
            {
                return;
            }
        }
    }

    private void ReadEscape(StringBuilder output)
    {
        int start = Position;
        char kind = PeekSecond();
        Position += 2;
        switch (kind)
        {
            case '\'' or '"' or '\\' or '/':
                output.Append(kind);
                break;
            case 'b':
                output.Append('\b');
                break;
            case 'f':
                output.Append('\f');
                break;
            case 'n':
                output.Append('\n');
                break;
            case 'r':
                output.Append('\r');
                break;
            case 't':
                output.Append('\t');
                break;
            case 'u':
                ReadUnicodeEscape(output, start);
                break;
            default:
                Position = Math.Min(Position, Text.Length);
                throw new GroqParseException("unknown escape in string", start, Position);
        }
    }

    private void ReadUnicodeEscape(StringBuilder output, int start)
    {
        bool braced = PeekSecond(0) == '{';
        int digits = braced ? 0 : 4;
        int from = Position + (braced ? 1 : 0);
        while (braced && digits < 8 && char.IsAsciiHexDigit(PeekSecond(1 + digits)))
        {
            digits++;
        }
        int behind = from + digits + (braced ? 1 : 0);
        bool valid = behind <= Text.Length && (!braced || (digits > 0 && Text[behind - 1] == '}'));
        int value = 0;
        for (int i = from; valid && i < from + digits; i++)
        {
            valid = char.IsAsciiHexDigit(Text[i]) && value <= 0x10FFFF;
            value = valid ? (value << 4) | HexValue(Text[i]) : 0;
        }
        if (!valid || value > 0x10FFFF || (braced && value is >= 0xD800 and <= 0xDFFF))
        {
            throw new GroqParseException(
                "malformed unicode escape in string", start, Math.Min(Text.Length, Math.Max(behind, start + 2)));
        }
        Position = behind;
        output.Append(value > 0xFFFF ? char.ConvertFromUtf32(value) : ((char)value).ToString());
    }
}
