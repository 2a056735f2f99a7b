namespace EventStore.Groq.Planning;

internal static class GroqComparisonSymbols
{
    public static string Symbol(this GroqComparison comparison) => comparison switch
    {
        GroqComparison.Equal => "==",
        GroqComparison.NotEqual => "!=",
        GroqComparison.Less => "<",
        GroqComparison.LessOrEqual => "<=",
        GroqComparison.Greater => ">",
        _ => ">=",
    };

    /// <summary>The comparison that says the same with both sides exchanged.</summary>
    public static GroqComparison Exchanged(this GroqComparison comparison) => comparison switch
    {
        GroqComparison.Less => GroqComparison.Greater,
        GroqComparison.LessOrEqual => GroqComparison.GreaterOrEqual,
        GroqComparison.Greater => GroqComparison.Less,
        GroqComparison.GreaterOrEqual => GroqComparison.LessOrEqual,
        _ => comparison,
    };
}
