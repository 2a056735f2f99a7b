using EventStore.Log.Documents;
using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres;

/// <summary>
/// A row of the transaction table with the effects that belong to it. Texts stay packed until they are asked for: a
/// page of them may be many times as large as what is stored.
/// </summary>
internal sealed record TransactionRow(
    long Sequence,
    TransactionId Id,
    DateTimeOffset Timestamp,
    string Author,
    byte[] PackedMutations,
    byte[] MutationsDigest,
    byte[] Digest)
{
    public List<EffectRow> Effects { get; } = [];

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public byte[] UnpackMutations() => PackedText.Unpack(PackedMutations);
}

/// <summary>A row of the effect table; patches empty when they were not asked for.</summary>
internal sealed record EffectRow(int Document, DocumentId DocumentId, byte[] PackedApply, byte[] PackedRevert)
{
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public byte[] UnpackApply() => PackedText.Unpack(PackedApply);

    /// <summary>Both patches.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public Effect Unpack()
    {
        var apply = UnpackApply();
        return new(DocumentId, apply, PackedText.Unpack(PackedRevert, apply));
    }
}
