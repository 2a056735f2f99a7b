using EventStore.Log.Documents;

namespace EventStore.Log.Transactions;

/// <summary>
/// What a read is as of: a sequence, the transaction that made a revision, or the last transaction up to a time.
/// </summary>
public readonly record struct Moment
{
    private Moment(long? sequence, TransactionId? revision, DateTimeOffset? time) =>
        (Sequence, Revision, Time) = (sequence, revision, time);

    /// <summary>The newest state.</summary>
    public static Moment Now { get; } = At(long.MaxValue);

    /// <summary>The sequence, if that is what is known.</summary>
    public long? Sequence { get; }

    /// <summary>The transaction, if that is what is known; there need not be one of this id.</summary>
    public TransactionId? Revision { get; }

    /// <summary>The time, in whole microseconds, if that is what is known.</summary>
    public DateTimeOffset? Time { get; }

    /// <summary>The state after a sequence.</summary>
    public static Moment At(long sequence) => new(sequence, null, null);

    /// <summary>The state after a transaction.</summary>
    public static Moment At(TransactionId revision) => new(null, revision, null);

    /// <summary>The state after the last transaction with a timestamp at or before a time.</summary>
    public static Moment At(DateTimeOffset time) => new(null, null, TransactionTime.Truncate(time));
}
