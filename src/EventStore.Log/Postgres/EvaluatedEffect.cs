using System.Buffers;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using EventStore.Mendoza;

namespace EventStore.Log.Postgres;

/// <summary>What a transaction does to one document, on its way into the log.</summary>
internal sealed class EvaluatedEffect(DocumentChange change, int document)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _applyOfThread;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _revertOfThread;

    private int _applyBytes;
    private bool _isFullValue;

    public DocumentChange Change { get; } = change;

    /// <summary>The document's number in its dataset.</summary>
    public int Document { get; } = document;

    public byte[] PackedApply { get; private set; } = [];

    public byte[] PackedRevert { get; private set; } = [];

    /// <summary>What the hash chain covers of it.</summary>
    public EffectDigest Digest { get; private set; }

    /// <summary>Whether the document may refer to others, before or after.</summary>
    public bool MayRefer { get; private set; }

    /// <summary>Whether a rebuild may start at this effect.</summary>
    public bool StartsChain { get; private set; }

    /// <summary>The keyframe's content; empty when there is none, or when the effect is a full value itself.</summary>
    public ReadOnlyMemory<byte> Keyframe { get; private set; }

    /// <summary>Does everything that takes time and does not depend on other effects. The patches themselves are not
    /// kept: what is stored and covered of them is.</summary>
    public void Diff()
    {
        var apply = _applyOfThread ??= new();
        var revert = _revertOfThread ??= new();
        DocumentChain.Diff(Change.Before.Content, Change.After, apply, revert);
        PackedApply = PackedText.Pack(apply.WrittenSpan);
        PackedRevert = PackedText.Pack(revert.WrittenSpan, apply.WrittenSpan);
        Digest = EffectDigest.Of(Change.Id, apply.WrittenSpan, revert.WrittenSpan);
        _applyBytes = apply.WrittenCount;
        _isFullValue = MendozaPatch.IsFullValue(apply.WrittenSpan);
        MayRefer = DocumentReferences.MayRefer(Change.Before.Content.Span)
            || DocumentReferences.MayRefer(Change.After.Span);
        Reset(ref _applyOfThread);
        Reset(ref _revertOfThread);
    }

    /// <summary>Decides on a keyframe and returns the length of the chain after this effect.</summary>
    public int PlaceKeyframe(int chainBytes)
    {
        StartsChain = _isFullValue || KeyframePolicy.IsDue(chainBytes, _applyBytes, Change.After.Length);
        Keyframe = StartsChain && !_isFullValue ? Change.After : default;
        return StartsChain ? 0 : chainBytes + _applyBytes;
    }

    private static void Reset(ref ArrayBufferWriter<byte>? buffer)
    {
        buffer!.ResetWrittenCount();
        buffer = buffer.Capacity > Limits.PackingBufferBytes ? null : buffer;
    }
}
