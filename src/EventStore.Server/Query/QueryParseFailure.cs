using EventStore.Groq;

namespace EventStore.Server.Query;

/// <summary>A query that is not valid, with the query: clients show the place in it.</summary>
internal sealed class QueryParseFailure(string query, GroqParseException exception)
    : Exception(exception.Description, exception)
{
    public string Query { get; } = query;

    /// <summary>Where the fault begins, in UTF-16 units.</summary>
    public int Start { get; } = exception.Start;

    /// <summary>Where it ends, exclusive.</summary>
    public int End { get; } = exception.End;

    /// <summary>Parses a query.</summary>
    /// <exception cref="QueryParseFailure">It is not valid.</exception>
    public static GroqQuery Parse(string text, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> parameters)
    {
        try
        {
            return GroqQuery.Parse(text, parameters);
        }
        catch (GroqParseException exception)
        {
            throw new QueryParseFailure(text, exception);
        }
    }
}
