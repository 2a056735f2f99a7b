namespace EventStore.Log.Postgres.Attributes;

/// <summary>Which datasets get an attribute index, and how much of it is made at a time.</summary>
public sealed record AttributePolicy
{
    /// <summary>Smaller datasets are read whole as fast; in documents, deleted ones included.</summary>
    public int LeastDocuments { get; init; } = 1_000;

    /// <summary>Most paths of a dataset besides the built-in ones.</summary>
    public int Paths { get; init; } = 64;

    /// <summary>A path that no query has asked for in this time is dropped.</summary>
    public TimeSpan KeptFor { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Entries of this many bytes are gathered and sorted in memory before they are written.</summary>
    public long RunBytes { get; init; } = 24_000_000;

    /// <summary>Effects that are followed before the result is committed.</summary>
    public int StepEffects { get; init; } = 20_000;
}
