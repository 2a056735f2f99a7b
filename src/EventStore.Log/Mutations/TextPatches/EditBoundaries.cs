namespace EventStore.Log.Mutations.TextPatches;

/// <summary>
/// Slides a change between two kept texts to where a reader would put it: at the edge of a line, a word or a sign.
/// </summary>
internal static class EditBoundaries
{
    /// <summary>The same edits with every lone change at its best place; the last of equally good ones.</summary>
    public static List<TextEdit> Align(List<TextEdit> edits, WorkBudget budget)
    {
        var result = new List<TextEdit>(edits);
        for (var index = 1; index < result.Count - 1; index++)
        {
            if (result[index - 1].Kind != TextEditKind.Keep || result[index + 1].Kind != TextEditKind.Keep)
            {
                continue;
            }

            var (left, change, right) = BestPlace(
                result[index - 1].Text, result[index].Text, result[index + 1].Text, budget);
            if (left == result[index - 1].Text)
            {
                continue;
            }

            result[index - 1] = result[index - 1] with { Text = left };
            result[index] = result[index] with { Text = change };
            result[index + 1] = result[index + 1] with { Text = right };
            if (right.Length == 0)
            {
                result.RemoveAt(index + 1);
                index--;
            }

            // The order matters to the index: the left one is removed last.
            var leftAt = right.Length == 0 ? index : index - 1;
            if (left.Length == 0)
            {
                result.RemoveAt(leftAt);
                index--;
            }
        }

        return result;
    }

    private static (string Left, string Change, string Right) BestPlace(
        string left, string change, string right, WorkBudget budget)
    {
        var common = TextDiff.CommonSuffixLength(left, change);
        var before = left[..^common];
        var whole = left[^common..] + change + right;
        var length = change.Length;

        // The change is now the part of `whole` at `offset`; it may slide as long as it stays the same cyclic text.
        var (best, bestScore) = (0, Score(before, whole, 0, length));
        for (var offset = 0; offset + length < whole.Length && whole[offset] == whole[offset + length];)
        {
            offset++;
            budget.Charge(1);
            var score = Score(before, whole, offset, length);
            if (score >= bestScore)
            {
                (best, bestScore) = (offset, score);
            }
        }

        return (before + whole[..best], whole.Substring(best, length), whole[(best + length)..]);
    }

    private static int Score(string before, string whole, int offset, int length) =>
        Score(before, whole.AsSpan(0, offset), whole.AsSpan(offset, length))
        + Score("", whole.AsSpan(offset, length), whole.AsSpan(offset + length));

    /// <summary>How good a cut is between the text <c>before + one</c> and the text <c>two</c>; 6 is best, 0 inside a
    /// word.</summary>
    private static int Score(ReadOnlySpan<char> before, ReadOnlySpan<char> one, ReadOnlySpan<char> two)
    {
        if ((before.Length + one.Length) == 0 || two.Length == 0)
        {
            return 6;
        }

        var last = one.Length > 0 ? one[^1] : before[^1];
        var first = two[0];
        var lastIsSign = !char.IsAsciiLetterOrDigit(last);
        var firstIsSign = !char.IsAsciiLetterOrDigit(first);
        var lastIsSpace = lastIsSign && IsSpace(last);
        var firstIsSpace = firstIsSign && IsSpace(first);
        var lastIsBreak = lastIsSpace && last is '\r' or '\n';
        var firstIsBreak = firstIsSpace && first is '\r' or '\n';
        if ((lastIsBreak && EndsWithBlankLine(before, one)) || (firstIsBreak && StartsWithBlankLine(two)))
        {
            return 5;
        }

        if (lastIsBreak || firstIsBreak)
        {
            return 4;
        }

        if (lastIsSign && !lastIsSpace && firstIsSpace)
        {
            return 3;
        }

        if (lastIsSpace || firstIsSpace)
        {
            return 2;
        }

        return lastIsSign || firstIsSign ? 1 : 0;
    }

    private static bool EndsWithBlankLine(ReadOnlySpan<char> before, ReadOnlySpan<char> one)
    {
        var tail = string.Concat(before[Math.Max(0, before.Length - 3)..], one[Math.Max(0, one.Length - 3)..]);
        return tail.EndsWith("\n\n", StringComparison.Ordinal) || tail.EndsWith("\n\r\n", StringComparison.Ordinal);
    }

    private static bool StartsWithBlankLine(ReadOnlySpan<char> text)
    {
        var rest = text.StartsWith("\r") ? text[1..] : text;
        if (!rest.StartsWith("\n"))
        {
            return false;
        }

        rest = rest[1..];
        return rest.StartsWith("\n") || rest.StartsWith("\r\n");
    }

    // White space as JavaScript's \s has it: all of .NET's but NEL, and the byte order mark.
    private static bool IsSpace(char character) =>
        character == '\uFEFF' || (char.IsWhiteSpace(character) && character != '\u0085');
}
