using System.Security.Cryptography;
using EventStore.Log.Documents;
using EventStore.Log.Postgres.Replay;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using EventStore.Mendoza;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// The state of a replay that believes nothing: it folds every patch forwards and backwards and recomputes every
/// digest. Documents that do not fit in memory are forgotten and rebuilt from a keyframe when they come up again, which
/// is sound: that keyframe was compared with the replay when it was passed.
/// </summary>
internal sealed class VerificationReplay(NpgsqlDataSource dataSource, Dataset dataset)
{
    private readonly CarriedDocuments _carried = new(dataSource, dataset, Limits.VerificationStateBytes);
    private readonly HashSet<int> _touched = [];
    private byte[] _digest = TransactionDigest.Genesis.ToArray();
    private DateTimeOffset _timestamp = DateTimeOffset.MinValue;

    /// <summary>The last transaction that was replayed.</summary>
    public long Sequence { get; private set; }

    public ReadOnlySpan<byte> Digest => _digest;

    /// <summary>How many documents the log ever touched.</summary>
    public int Documents => _touched.Count;

    /// <summary>Replays one transaction; returns what does not hold.</summary>
    public async Task<VerificationDifference?> CheckAsync(
        TransactionRow row,
        Dictionary<(long Sequence, int Document), byte[]?> keyframes,
        CancellationToken cancellationToken)
    {
        if (row.Sequence != Sequence + 1)
        {
            return new(Sequence + 1, null, $"The transaction is missing: {row.Sequence} follows {Sequence}");
        }

        if (row.Timestamp < _timestamp)
        {
            return new(row.Sequence, null, $"Its timestamp {row.Timestamp:O} precedes that of its predecessor");
        }

        var after = new Dictionary<DocumentId, ReadOnlyMemory<byte>>();
        var effects = new List<Effect>(row.Effects.Count);
        foreach (var effect in row.Effects)
        {
            var before = await FindAsync(effect.Document, cancellationToken);
            if (Replay(effect, before, out var unpacked, out var content) is { } failure)
            {
                return new(row.Sequence, effect.DocumentId, failure);
            }

            if (keyframes.TryGetValue((row.Sequence, effect.Document), out var keyframe)
                && !IsKeyframeOf(keyframe, unpacked, content))
            {
                return new(row.Sequence, effect.DocumentId, "Its keyframe differs from the replay");
            }

            Put(effect.Document, new(row.Sequence, row.Id.Value, content));
            after.Add(effect.DocumentId, content);
            effects.Add(unpacked);
        }

        if (CheckDigests(row, effects, after) is { } difference)
        {
            return difference;
        }

        _carried.Trim();
        Sequence = row.Sequence;
        _timestamp = row.Timestamp;
        _digest = row.Digest;
        return null;
    }

    /// <summary>Compares what is derived for one document with the replay.</summary>
    /// <param name="id">The document.</param>
    /// <param name="number">Its number.</param>
    /// <param name="head">Its head, if it has one.</param>
    /// <param name="deleted">Whether its head says that it is deleted.</param>
    /// <param name="references">Its strong references, sorted.</param>
    /// <param name="cancellationToken">Stops a rebuild.</param>
    public async Task<VerificationDifference?> CompareHeadAsync(
        DocumentId id,
        int number,
        ChainState? head,
        bool deleted,
        string[] references,
        CancellationToken cancellationToken)
    {
        if (!_touched.Contains(number))
        {
            return new(null, id, "The log never touched this document");
        }

        _carried.Trim();
        var state = await FindAsync(number, cancellationToken);
        if (head is null)
        {
            return new(state.Sequence, id, "The document has no head");
        }

        if (head.Value.Sequence != state.Sequence || head.Value.Revision != state.Revision)
        {
            return new(
                state.Sequence, id, $"Its head says sequence {head.Value.Sequence}, revision {head.Value.Revision}");
        }

        var isSettled = deleted || !head.Value.Content.IsEmpty;
        if (deleted != state.Content.IsEmpty
            || (isSettled && !head.Value.Content.Span.SequenceEqual(state.Content.Span)))
        {
            return new(state.Sequence, id, "Its head differs from the replay");
        }

        var targets = DocumentReferences.StrongTargets(state.Content.Span).Order(StringComparer.Ordinal);
        return targets.SequenceEqual(references)
            ? null
            : new(state.Sequence, id, "Its references differ from the replay");
    }

    private static string? Replay(
        EffectRow row, ChainState before, out Effect effect, out ReadOnlyMemory<byte> content)
    {
        content = default;
        effect = new(row.DocumentId, default, default);
        try
        {
            effect = row.Unpack();
            content = DocumentChain.Apply(before.Content, effect.Apply.Span, PatchTrust.Untrusted);
            var back = DocumentChain.Apply(content, effect.Revert.Span, PatchTrust.Untrusted);
            return back.Span.SequenceEqual(before.Content.Span)
                ? null
                : "Its revert patch does not lead back to the state before";
        }
        catch (Exception exception) when (exception is MendozaException or InvalidDataException)
        {
            return $"Its effect cannot be applied: {exception.Message}";
        }
    }

    private static bool IsKeyframeOf(byte[]? keyframe, Effect effect, ReadOnlyMemory<byte> content)
    {
        try
        {
            return keyframe is null
                ? MendozaPatch.IsFullValue(effect.Apply.Span)
                : content.Span.SequenceEqual(PackedText.Unpack(keyframe));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private VerificationDifference? CheckDigests(
        TransactionRow row, List<Effect> effects, Dictionary<DocumentId, ReadOnlyMemory<byte>> after)
    {
        byte[] compact;
        try
        {
            compact = row.UnpackMutations();
        }
        catch (InvalidDataException exception)
        {
            return new(row.Sequence, null, $"Its mutations cannot be read: {exception.Message}");
        }

        if (RecordedMutations.DerivedDocuments(compact).FirstOrDefault(id => !after.ContainsKey(id)) is
            { Value: not null } stranger)
        {
            return new(row.Sequence, stranger, "A recorded mutation names a document without an effect");
        }

        var mutations = RecordedMutations.Expand(compact, id => after[id]);
        if (!SHA256.HashData(mutations.Span).AsSpan().SequenceEqual(row.MutationsDigest))
        {
            return new(row.Sequence, null, "Its mutations do not have the recorded digest");
        }

        var digest = TransactionDigest.Compute(
            _digest,
            new TransactionHeader(row.Sequence, row.Id, row.Timestamp, row.Author),
            row.MutationsDigest,
            effects);
        return digest.AsSpan().SequenceEqual(row.Digest)
            ? null
            : new(row.Sequence, null, "Its digest does not follow from its content and its predecessor");
    }

    private ValueTask<ChainState> FindAsync(int document, CancellationToken cancellationToken) =>
        _touched.Contains(document)
            ? _carried.FindAsync(document, Sequence, cancellationToken)
            : ValueTask.FromResult(default(ChainState));

    private void Put(int document, ChainState state)
    {
        _touched.Add(document);
        _carried.Put(document, state);
    }
}
