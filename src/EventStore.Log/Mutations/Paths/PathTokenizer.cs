using System.Text;

namespace EventStore.Log.Mutations.Paths;

/// <summary>Splits a path into tokens. Spaces may stand before any token, and nowhere else.</summary>
internal static class PathTokenizer
{
    private static readonly string[] Symbols =
        ["..", ".", ",", ":", "?", ">=", "<=", "<", ">", "==", "!=", "$", "@", "[", "]", "*"];

    /// <exception cref="MutationRejection">The path is too long, or has a character that begins no token.</exception>
    public static List<PathToken> Tokenize(string path)
    {
        if (path.Length > Limits.PathLength)
        {
            throw MutationRejection.Invalid($"A path may have at most {Limits.PathLength} characters", path);
        }

        var tokens = new List<PathToken>();
        var position = 0;
        while (position < path.Length)
        {
            while (position < path.Length && path[position] == ' ')
            {
                position++;
            }

            tokens.Add(ReadToken(path, ref position));
        }

        tokens.Add(new PathToken(PathTokenKind.End, "the end", path.Length));
        return tokens;
    }

    private static PathToken ReadToken(string path, ref int position)
    {
        var start = position;
        if (position < path.Length)
        {
            var first = path[position];
            if (first is '"' or '\'')
            {
                var kind = first == '"' ? PathTokenKind.DoubleQuoted : PathTokenKind.SingleQuoted;
                return new PathToken(kind, ReadQuoted(path, ref position), start);
            }

            if (char.IsAsciiLetter(first) || first == '_')
            {
                while (position < path.Length && (char.IsAsciiLetterOrDigit(path[position]) || path[position] == '_'))
                {
                    position++;
                }

                var name = path[start..position];
                return new PathToken(
                    name is "true" or "false" ? PathTokenKind.Symbol : PathTokenKind.Identifier, name, start);
            }

            if (TryReadNumber(path, ref position))
            {
                return new PathToken(PathTokenKind.Number, path[start..position], start);
            }

            foreach (var symbol in Symbols)
            {
                if (string.CompareOrdinal(path, position, symbol, 0, symbol.Length) == 0)
                {
                    position += symbol.Length;
                    return new PathToken(PathTokenKind.Symbol, symbol, start);
                }
            }
        }

        throw MutationRejection.Invalid($"The path has an unexpected character at offset {start}", path);
    }

    private static bool TryReadNumber(string path, ref int position)
    {
        var end = path[position] == '-' ? position + 1 : position;
        var digits = end;
        end = SkipDigits(path, end);
        if (end == digits)
        {
            return false;
        }

        // A point belongs to the number only with a digit after it, so that "1..b" is not torn.
        if (end + 1 < path.Length && path[end] == '.' && char.IsAsciiDigit(path[end + 1]))
        {
            end = SkipDigits(path, end + 1);
        }

        position = end;
        return true;
    }

    private static int SkipDigits(string path, int position)
    {
        while (position < path.Length && char.IsAsciiDigit(path[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>A backslash makes the next character stand for itself, whatever it is; there are no other
    /// escapes.</summary>
    private static string ReadQuoted(string path, ref int position)
    {
        var quote = path[position];
        var text = new StringBuilder();
        for (var index = position + 1; index < path.Length; index++)
        {
            if (path[index] == quote)
            {
                position = index + 1;
                return text.ToString();
            }

            if (path[index] == '\\' && ++index == path.Length)
            {
                break;
            }

            text.Append(path[index]);
        }

        throw MutationRejection.Invalid($"The quote at offset {position} of the path is never closed", path);
    }
}
