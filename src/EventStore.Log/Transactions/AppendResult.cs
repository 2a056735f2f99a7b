using EventStore.Log.Documents;
using EventStore.Log.Mutations;

namespace EventStore.Log.Transactions;

/// <summary>Where a transaction came to stand in the log, and what it did.</summary>
/// <param name="Id">The transaction's id, which is the revision of every document it changed.</param>
/// <param name="Sequence">Its place in the dataset's order; 0 for a dry run.</param>
/// <param name="Timestamp">UTC, whole microseconds.</param>
/// <param name="Changes">One entry for each document mentioned, in order of first mention. Empty when already
/// known.</param>
/// <param name="AlreadyKnown">True when the log held this very transaction before the call.</param>
public sealed record AppendResult(
    TransactionId Id,
    long Sequence,
    DateTimeOffset Timestamp,
    IReadOnlyList<DocumentChange> Changes,
    bool AlreadyKnown);
