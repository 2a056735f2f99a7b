using System.Buffers;
using System.Text;
using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// Cuts text into the tokens that <c>match</c> compares. The specification leaves this open; the rules are those of the
/// public implementations, so that a query finds the same documents.
/// </summary>
internal static class MatchTokens
{
    private static readonly SearchValues<char> Separators = SearchValues.Create("!@#$%^&*(),\\/?\";:{}|[]+<>-");
    private static readonly SearchValues<char> PatternSeparators = SearchValues.Create("!@#$%^&(),\\/?\";:{}|[]+<>-");

    /// <summary>The tokens of a string, or of the strings in an array.</summary>
    public static List<string> Of(in Value value)
    {
        var tokens = new List<string>();
        if (value.IsString)
        {
            Cut(value.ToString(), Separators, tokens);
        }
        else if (value.IsArray)
        {
            var items = new ItemEnumerator(value);
            while (items.MoveNext())
            {
                if (items.Current.IsString)
                {
                    Cut(items.Current.ToString(), Separators, tokens);
                }
            }
        }
        return tokens;
    }

    /// <summary>The terms of a pattern, in which a star stands for anything.</summary>
    public static void CutPattern(string pattern, List<string> terms) => Cut(pattern, PatternSeparators, terms);

    private static void Cut(string text, SearchValues<char> separators, List<string> tokens)
    {
        text = Fold(text);
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool separates = i == text.Length || separators.Contains(text[i]) || IsSpace(text[i]);
            if (separates && start >= 0)
            {
                tokens.Add(text[start..i]);
                start = -1;
            }
            else if (!separates && start < 0)
            {
                start = i;
            }
        }
    }

    private static bool IsSpace(char value) => char.IsWhiteSpace(value) || value == '\ufeff';

    /// <summary>Drops runs of dots that touch a word, and case.</summary>
    private static string Fold(string text)
    {
        if (!text.Contains('.', StringComparison.Ordinal))
        {
            return text.ToLowerInvariant();
        }
        var folded = new StringBuilder(text.Length);
        int at = 0;
        while (at < text.Length)
        {
            if (text[at] != '.')
            {
                folded.Append(char.ToLowerInvariant(text[at++]));
                continue;
            }
            int run = at;
            while (run < text.Length && text[run] == '.')
            {
                run++;
            }
            bool touches = (at > 0 && IsWord(text[at - 1])) || (run < text.Length && IsWord(text[run]));
            if (!touches)
            {
                folded.Append('.', run - at);
            }
            at = run;
        }
        return folded.ToString();
    }

    private static bool IsWord(char value) => char.IsAsciiLetterOrDigit(value) || value == '_';
}
