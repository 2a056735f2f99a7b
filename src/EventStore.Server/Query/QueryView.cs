namespace EventStore.Server.Query;

/// <summary>What of a dataset a query sees.</summary>
/// <param name="Sequence">The state it is pinned to; null for the one that its first read finds, the end of the
/// log.</param>
/// <param name="Perspective">Which versions of documents.</param>
/// <param name="IsPast">Whether a state of the past was asked for, which takes the right to see it.</param>
internal sealed record QueryView(long? Sequence, Perspective Perspective, bool IsPast = false)
{
    /// <summary>How long the query may take.</summary>
    public TimeSpan Time { get; init; } = ServerLimits.QueryTime;

    /// <summary>How large its result may be, in bytes.</summary>
    public long ResultBytes { get; init; } = ServerLimits.QueryResultBytes;
}
