using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using EventStore.Mendoza;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// A document folded from its first effect on, with what is derived on the way: where its chain has keyframes and how
/// long it is since the last one. It decides as an append decides, so what it derives is what appends have derived.
/// </summary>
internal sealed class FoldedDocument(int number) : IDisposable
{
    private readonly MendozaChain _chain = new();

    public int Number => number;

    /// <summary>The last effect.</summary>
    public long Sequence { get; private set; }

    /// <summary>Bytes of patches since the last full value.</summary>
    public int ChainBytes { get; private set; }

    public bool IsDeleted => _chain.IsNull;

    /// <summary>Goes one effect further.</summary>
    /// <returns>The keyframe to be stored with it; null when there is none.</returns>
    public DerivedKeyframe? Apply(long sequence, byte[] packed)
    {
        var patch = PackedText.Unpack(packed);
        _chain.Apply(patch, PatchTrust.Trusted);
        Sequence = sequence;
        if (MendozaPatch.IsFullValue(patch))
        {
            ChainBytes = 0;
            return new(number, sequence, null);
        }

        if (KeyframePolicy.IsDue(ChainBytes, patch.Length, IsDeleted ? 0 : _chain.Length))
        {
            ChainBytes = 0;
            return new(number, sequence, Pack());
        }

        ChainBytes += patch.Length;
        return null;
    }

    /// <summary>The document without <c>_rev</c>; empty when it is deleted.</summary>
    public byte[] Content() => IsDeleted ? [] : _chain.ToArray();

    /// <summary>The same as it is stored; null when it is deleted.</summary>
    public byte[]? Pack() => IsDeleted ? null : PackedText.Pack(_chain.ToArray());

    public void Dispose() => _chain.Dispose();
}
