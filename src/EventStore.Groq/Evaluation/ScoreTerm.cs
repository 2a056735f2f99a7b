using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>What one predicate adds to a score (spec, Score evaluation).</summary>
internal abstract class ScoreTerm
{
    public abstract double Score(Scope scope);
}

/// <summary>One for a predicate that holds.</summary>
internal sealed class PredicateTerm(Node predicate) : ScoreTerm
{
    public override double Score(Scope scope) => predicate.Evaluate(scope).IsTrue ? 1 : 0;
}

/// <summary>The sum of the operands; nothing for a conjunction of which one does not hold.</summary>
internal sealed class LogicalTerm(bool isAnd, ScoreTerm[] operands) : ScoreTerm
{
    public override double Score(Scope scope)
    {
        double sum = 0;
        foreach (ScoreTerm operand in operands)
        {
            double score = operand.Score(scope);
            if (isAnd && score == 0)
            {
                return 0;
            }
            sum += score;
        }
        return sum;
    }
}

/// <summary>A predicate's score and a boost on top when it holds.</summary>
internal sealed class BoostTerm(ScoreTerm predicate, Node boost) : ScoreTerm
{
    public override double Score(Scope scope)
    {
        double score = predicate.Score(scope);
        Value value = boost.Evaluate(scope);
        return score > 0 && value.IsNumber && value.ToDouble() >= 0 ? score + value.ToDouble() : 0;
    }
}

/// <summary>
/// A text match scores by how often each term occurs, with less and less to gain from one more occurrence.
/// </summary>
internal sealed class MatchTerm(Node text, Node pattern) : ScoreTerm
{
    /// <summary>How soon more occurrences stop counting; the usual choice in BM25.</summary>
    private const double Saturation = 1.2;

    public override double Score(Scope scope)
    {
        if (!MatchPattern.TryCreate(pattern.Evaluate(scope), out MatchPattern matcher))
        {
            return 0;
        }
        List<string> tokens = MatchTokens.Of(text.Evaluate(scope));
        double score = 0;
        foreach (int frequency in matcher.Frequencies(tokens, scope.State))
        {
            score += frequency * (Saturation + 1) / (frequency + Saturation);
        }
        return score;
    }
}
