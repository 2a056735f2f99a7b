using EventStore.Log.Mutations;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using EventStore.Mendoza;

namespace EventStore.Log.Postgres;

/// <summary>What a transaction does to one document, on its way into the log.</summary>
internal sealed class EvaluatedEffect(DocumentChange change, int document)
{
    public DocumentChange Change { get; } = change;

    /// <summary>The document's number in its dataset.</summary>
    public int Document { get; } = document;

    public byte[] Apply { get; private set; } = [];

    public byte[] Revert { get; private set; } = [];

    public byte[] PackedApply { get; private set; } = [];

    public byte[] PackedRevert { get; private set; } = [];

    /// <summary>Whether a rebuild may start at this effect.</summary>
    public bool StartsChain { get; private set; }

    /// <summary>The keyframe's content; empty when there is none, or when the effect is a full value itself.</summary>
    public ReadOnlyMemory<byte> Keyframe { get; private set; }

    public void Diff()
    {
        var patches = DocumentChain.Diff(Change.Before.Content, Change.After);
        Apply = patches.Apply;
        Revert = patches.Revert;
        PackedApply = PackedText.Pack(Apply);
        PackedRevert = PackedText.Pack(Revert, Apply);
    }

    /// <summary>Decides on a keyframe and returns the length of the chain after this effect.</summary>
    public int PlaceKeyframe(int chainBytes)
    {
        var isFullValue = MendozaPatch.IsFullValue(Apply);
        StartsChain = isFullValue || KeyframePolicy.IsDue(chainBytes, Apply.Length, Change.After.Length);
        Keyframe = StartsChain && !isFullValue ? Change.After : default;
        return StartsChain ? 0 : chainBytes + Apply.Length;
    }
}
