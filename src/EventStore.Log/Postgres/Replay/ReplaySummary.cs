namespace EventStore.Log.Postgres.Replay;

/// <summary>What a replay came to.</summary>
/// <param name="Sequence">The sequence it ended at.</param>
/// <param name="Transactions">Transactions replayed.</param>
/// <param name="Effects">Effects applied.</param>
/// <param name="Documents">Documents that exist at the end.</param>
/// <param name="Bytes">Bytes of these documents as an export writes them.</param>
/// <param name="Digest">
/// Lower-case hexadecimal SHA-256 of, by ascending id, the SHA-256 of every document as an export writes it, its line
/// end included.
/// </param>
public sealed record ReplaySummary(
    long Sequence, long Transactions, long Effects, long Documents, long Bytes, string Digest) : ReplayStep;
