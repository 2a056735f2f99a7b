using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>A row of the transaction table with the effects that belong to it.</summary>
internal sealed record TransactionRow(
    long Sequence,
    TransactionId Id,
    DateTimeOffset Timestamp,
    string Author,
    byte[] CompactMutations,
    byte[] MutationsDigest,
    byte[] Digest)
{
    public List<EffectRow> Effects { get; } = [];
}

/// <summary>A row of the effect table; patches empty when they were not asked for.</summary>
internal sealed record EffectRow(int Document, DocumentId DocumentId, byte[] Apply, byte[] Revert);
