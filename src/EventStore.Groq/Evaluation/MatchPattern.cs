using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>The right side of <c>match</c>: every term has to be among the tokens.</summary>
internal sealed class MatchPattern
{
    /// <summary>Longer terms are cut: tokens that long are not words.</summary>
    private const int MaxTermLength = 1024;

    private readonly List<string> terms = [];

    private MatchPattern()
    {
    }

    /// <summary>False when the value is neither a string nor an array of nothing but strings.</summary>
    public static bool TryCreate(in Value value, out MatchPattern pattern)
    {
        pattern = new MatchPattern();
        if (value.IsString)
        {
            pattern.AddTerms(value.ToString());
            return true;
        }
        if (!value.IsArray)
        {
            return false;
        }
        var items = new ItemEnumerator(value);
        while (items.MoveNext())
        {
            if (!items.Current.IsString)
            {
                return false;
            }
            pattern.AddTerms(items.Current.ToString());
        }
        return true;
    }

    public bool Matches(List<string> tokens, EvaluationState state)
    {
        if (terms.Count == 0 || tokens.Count == 0)
        {
            return false;
        }
        foreach (string term in terms)
        {
            bool found = false;
            for (int i = 0; i < tokens.Count && !found; i++)
            {
                state.Step();
                found = Matches(tokens[i], term);
            }
            if (!found)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>How often each term is among the tokens.</summary>
    public IEnumerable<int> Frequencies(List<string> tokens, EvaluationState state)
    {
        foreach (string term in terms)
        {
            state.Step(tokens.Count);
            yield return tokens.Count(token => Matches(token, term));
        }
    }

    private void AddTerms(string text)
    {
        int first = terms.Count;
        MatchTokens.CutPattern(text, terms);
        for (int i = first; i < terms.Count; i++)
        {
            if (terms[i].Length > MaxTermLength)
            {
                terms[i] = terms[i][..MaxTermLength];
            }
        }
    }

    /// <summary>A star matches anything. Returning only to the last star keeps the work within a product.</summary>
    private static bool Matches(ReadOnlySpan<char> token, ReadOnlySpan<char> term)
    {
        int at = 0;
        int place = 0;
        int star = -1;
        int resume = 0;
        while (at < token.Length)
        {
            if (place < term.Length && term[place] == '*')
            {
                star = place++;
                resume = at;
            }
            else if (place < term.Length && term[place] == token[at])
            {
                place++;
                at++;
            }
            else if (star >= 0)
            {
                place = star + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }
        return term[place..].TrimStart('*').IsEmpty;
    }
}
