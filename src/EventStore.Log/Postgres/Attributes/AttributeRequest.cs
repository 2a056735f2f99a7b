namespace EventStore.Log.Postgres.Attributes;

/// <summary>What to read of an attribute index.</summary>
public sealed record AttributeRequest
{
    /// <summary>Ranges of keys, each from its first key to the first one behind.</summary>
    public required IReadOnlyList<(byte[] From, byte[] To)> Ranges { get; init; }

    /// <summary>From the end of each range.</summary>
    public bool Descending { get; init; }

    /// <summary>Most entries of each range.</summary>
    public required int Limit { get; init; }

    /// <summary>Most entries of all ranges together.</summary>
    public int TotalLimit { get; init; } = int.MaxValue;

    /// <summary>The sequence that candidates are wanted for; null for the end of the log.</summary>
    public long? AsOf { get; init; }

    /// <summary>Most changes of documents between that sequence and the one that the index is true at.</summary>
    public required int TailLimit { get; init; }

    /// <summary>Whether to read the documents with their entries, as far as they are at hand.</summary>
    public bool WithDocuments { get; init; }
}
