namespace EventStore.Server.Activity;

/// <summary>Which recorded changes of a project are asked for.</summary>
internal sealed record ActivityQuery
{
    /// <summary>Oldest first; else newest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>Only what comes after this sequence in the order asked for.</summary>
    public long? After { get; init; }

    /// <summary>Only changes at or after this time.</summary>
    public DateTimeOffset? FromTime { get; init; }

    /// <summary>Only changes at or before this time.</summary>
    public DateTimeOffset? ToTime { get; init; }

    /// <summary>Only changes by these users; null means all.</summary>
    public IReadOnlyList<string>? Authors { get; init; }

    /// <summary>Only these actions; null means all.</summary>
    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>Most entries to return.</summary>
    public required int Limit { get; init; }
}
