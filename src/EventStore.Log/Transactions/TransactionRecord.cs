using EventStore.Log.Documents;

namespace EventStore.Log.Transactions;

/// <summary>A transaction as the log holds it.</summary>
/// <param name="Sequence">Its place in the dataset's order: 1, 2, 3 …</param>
/// <param name="Id">Its id, which is the revision of every document it changed.</param>
/// <param name="Timestamp">UTC, whole microseconds.</param>
/// <param name="Author">Opaque user id.</param>
/// <param name="Mutations">Canonical JSON array in the detail asked for; empty when none was.</param>
/// <param name="Effects">One for each document changed, ordered by id.</param>
public sealed record TransactionRecord(
    long Sequence,
    TransactionId Id,
    DateTimeOffset Timestamp,
    string Author,
    ReadOnlyMemory<byte> Mutations,
    IReadOnlyList<Effect> Effects);
