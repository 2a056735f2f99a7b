using EventStore.Log.Documents;

namespace EventStore.Log.Transactions;

/// <summary>Which transactions of a dataset to read, and how much of each.</summary>
public sealed record TransactionQuery
{
    /// <summary>Only transactions that touched one of these documents; null for all transactions.</summary>
    public IReadOnlyList<DocumentId>? Documents { get; init; }

    /// <summary>First sequence, inclusive.</summary>
    public long FromSequence { get; init; } = 1;

    /// <summary>Last sequence, inclusive.</summary>
    public long ToSequence { get; init; } = long.MaxValue;

    /// <summary>Only transactions by one of these authors; null for all.</summary>
    public IReadOnlyList<string>? Authors { get; init; }

    /// <summary>Newest first.</summary>
    public bool Reverse { get; init; }

    /// <summary>At most this many transactions.</summary>
    public long? Limit { get; init; }

    /// <summary>How much of the mutations to return.</summary>
    public MutationDetail Mutations { get; init; } = MutationDetail.Full;

    /// <summary>Whether effects carry their patches.</summary>
    public bool IncludeEffects { get; init; }

    /// <summary>Leaves out mutations and effects of documents not in <see cref="Documents"/>.</summary>
    public bool OnlyIdentifiedDocuments { get; init; }

    /// <summary>
    /// Leaves out mutations and effects of documents for which this does not hold, and transactions that are about no
    /// other ones; null for none.
    /// </summary>
    public Func<DocumentId, bool>? Visible { get; init; }

    /// <summary>
    /// The same where it takes a look at the documents: it is asked for those of a page together, and what it answers
    /// counts instead of <see cref="Visible"/>, which must not be null then.
    /// </summary>
    public Func<IReadOnlyCollection<DocumentId>, Task<HashSet<DocumentId>>>? Screen { get; init; }
}
