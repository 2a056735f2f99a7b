namespace EventStore.Log.Postgres.Attributes;

/// <summary>What an attribute index said, and when. Everything in it is of one state of the database.</summary>
/// <param name="Head">The end of the log.</param>
/// <param name="Documents">Documents the dataset has ever had.</param>
/// <param name="Indexed">The sequence that the index is true at.</param>
public sealed record AttributeAnswer(long Head, int Documents, long Indexed)
{
    /// <summary>The candidates in the order of their keys, range by range.</summary>
    public required IReadOnlyList<AttributeCandidate> Entries { get; init; }

    /// <summary>Documents changed between the sequence asked for and the one that the index is true at: wherever the
    /// index has them, they may be elsewhere.</summary>
    public required IReadOnlyList<AttributeCandidate> Tail { get; init; }

    /// <summary>Whether there are more of those than were asked for.</summary>
    public bool TailIsCut { get; init; }
}
