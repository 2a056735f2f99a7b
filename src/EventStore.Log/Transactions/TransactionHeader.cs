using EventStore.Log.Documents;

namespace EventStore.Log.Transactions;

/// <summary>The part of a transaction that its digest covers in the clear.</summary>
/// <param name="Sequence">Its place in the dataset's order.</param>
/// <param name="Id">Its id.</param>
/// <param name="Timestamp">UTC, whole microseconds.</param>
/// <param name="Author">Opaque user id.</param>
public readonly record struct TransactionHeader(
    long Sequence, TransactionId Id, DateTimeOffset Timestamp, string Author);
