namespace EventStore.Groq.Planning;

/// <summary>How a value compares with a constant.</summary>
public enum GroqComparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
