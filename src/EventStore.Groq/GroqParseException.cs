namespace EventStore.Groq;

/// <summary>A query that is not valid GROQ, or not valid with the parameters it came with.</summary>
public sealed class GroqParseException : Exception
{
    public GroqParseException(string description, int start, int end)
        : base(description)
    {
        Start = start;
        End = end;
    }

    /// <summary>
    /// Where the offending text begins, in UTF-16 units of the query: clients index their strings with it.
    /// </summary>
    public int Start { get; }

    /// <summary>Where the offending text ends, exclusive, in UTF-16 units.</summary>
    public int End { get; }

    /// <summary>What is wrong, in one sentence.</summary>
    public string Description => Message;
}
