using EventStore.Log.Mutations;
using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres;

/// <summary>A transaction that can be done, on its way into the log.</summary>
internal sealed class EvaluatedTransaction(
    TransactionHeader header, PreparedRequest prepared, IReadOnlyList<DocumentChange> changes)
{
    public TransactionHeader Header { get; } = header;

    public PreparedRequest Prepared { get; } = prepared;

    public IReadOnlyList<DocumentChange> Changes { get; } = changes;

    /// <summary>Filled when it is accepted, ordered by document id.</summary>
    public List<EvaluatedEffect> Effects { get; } = [];

    public byte[] PackedMutations { get; private set; } = [];

    public byte[] Digest { get; private set; } = [];

    public IEnumerable<DocumentChange> Changed =>
        Changes.Where(change => change.HasEffect);

    public void Record() =>
        PackedMutations = PackedText.Pack(RecordedMutations.Compact(Prepared.Request.Mutations, Changes));

    public void Link(ReadOnlySpan<byte> previousDigest) =>
        Digest = TransactionDigest.Compute(
            previousDigest,
            Header,
            Prepared.MutationsDigest,
            Effects.Select(effect => effect.Digest).ToList());
}
