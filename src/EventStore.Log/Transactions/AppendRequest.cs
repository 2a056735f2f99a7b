using EventStore.Log.Documents;
using EventStore.Log.Mutations;

namespace EventStore.Log.Transactions;

/// <summary>A transaction as it is asked for, before it has a place in the log.</summary>
public sealed record AppendRequest
{
    /// <summary>The id the caller chose, or null to have one generated.</summary>
    public TransactionId? Id { get; init; }

    /// <summary>Opaque user id, recorded with the transaction.</summary>
    public required string Author { get; init; }

    /// <summary>
    /// Set by imports only: kept as it is, cut to microseconds. It may equal the timestamp of the dataset's head but
    /// not precede it. Live transactions have none; the log gives them the larger of now and the head's plus one
    /// microsecond.
    /// </summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>What is to be done, in order.</summary>
    public required IReadOnlyList<Mutation> Mutations { get; init; }

    /// <summary>
    /// Says what is to be done once the state is known that it will be done on: given its sequence, it answers the
    /// mutations, which <see cref="Mutations"/> is empty for. It is asked when the request's turn comes, and again when
    /// other processes come first; whatever it throws is the request's failure. Other requests for the dataset wait.
    /// </summary>
    public Func<long, Task<IReadOnlyList<Mutation>>>? Select { get; init; }

    /// <summary>
    /// Looks at what the transaction would do and throws a <see cref="MutationException"/> when it is not to happen.
    /// Asked under the same conditions as <see cref="Select"/>.
    /// </summary>
    public Action<IReadOnlyList<Mutation>, IReadOnlyList<DocumentChange>>? Check { get; init; }

    /// <summary>Evaluates against the newest state and writes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// Refuses strong references to missing documents. Off for imports: what was once accepted is history, not a
    /// request.
    /// </summary>
    public bool EnforceReferences { get; init; } = true;

    /// <summary>
    /// Documents that are written together by several transactions: strong references from one of them to another are
    /// not looked at, since they hold only when all are written. Null for none.
    /// </summary>
    public IReadOnlySet<DocumentId>? WrittenTogether { get; init; }

    /// <summary>
    /// Leaves the current documents to be written out later, all at once: for requests that come in great numbers. They
    /// are read from their chains until then, so nothing but the time of a read tells the difference.
    /// </summary>
    public bool DefersHeads { get; init; }

    /// <summary>
    /// A known id with equal mutations is answered as already known; otherwise any reuse is an error.
    /// </summary>
    public bool SkipIfKnown { get; init; }
}
