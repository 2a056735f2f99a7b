using System.Security.Cryptography;
using EventStore.Log.Documents;
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
    private readonly Dictionary<int, ChainState> _states = [];
    private readonly HashSet<int> _touched = [];
    private byte[] _digest = TransactionDigest.Genesis.ToArray();
    private DateTimeOffset _timestamp = DateTimeOffset.MinValue;
    private long _bytes;

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
        foreach (var effect in row.Effects)
        {
            var before = await FindAsync(effect.Document, cancellationToken);
            if (Replay(effect, before, out var content) is { } failure)
            {
                return new(row.Sequence, effect.DocumentId, failure);
            }

            if (keyframes.TryGetValue((row.Sequence, effect.Document), out var keyframe)
                && !IsKeyframeOf(keyframe, effect, content))
            {
                return new(row.Sequence, effect.DocumentId, "Its keyframe differs from the replay");
            }

            Put(effect.Document, new(row.Sequence, row.Id.Value, content));
            after.Add(effect.DocumentId, content);
        }

        if (CheckDigests(row, after) is { } difference)
        {
            return difference;
        }

        Sequence = row.Sequence;
        _timestamp = row.Timestamp;
        _digest = row.Digest;
        return null;
    }

    /// <summary>Compares what is derived for one document with the replay.</summary>
    public async Task<VerificationDifference?> CompareHeadAsync(
        DocumentId id, int number, ChainState? head, string[] references, CancellationToken cancellationToken)
    {
        if (!_touched.Contains(number))
        {
            return new(null, id, "The log never touched this document");
        }

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

        if (!head.Value.Content.Span.SequenceEqual(state.Content.Span))
        {
            return new(state.Sequence, id, "Its head differs from the replay");
        }

        var targets = DocumentReferences.StrongTargets(state.Content.Span).Order(StringComparer.Ordinal);
        return targets.SequenceEqual(references)
            ? null
            : new(state.Sequence, id, "Its references differ from the replay");
    }

    private static string? Replay(EffectRow effect, ChainState before, out ReadOnlyMemory<byte> content)
    {
        content = default;
        try
        {
            var forwards = new DocumentChain(before.Content);
            forwards.Apply(effect.Apply);
            content = forwards.State;

            var backwards = new DocumentChain(content);
            backwards.Apply(effect.Revert);
            return backwards.State.Span.SequenceEqual(before.Content.Span)
                ? null
                : "Its revert patch does not lead back to the state before";
        }
        catch (MendozaException exception)
        {
            return $"Its effect cannot be applied: {exception.Message}";
        }
    }

    private static bool IsKeyframeOf(byte[]? keyframe, EffectRow effect, ReadOnlyMemory<byte> content) =>
        keyframe is null ? MendozaPatch.IsFullValue(effect.Apply) : content.Span.SequenceEqual(keyframe);

    private VerificationDifference? CheckDigests(
        TransactionRow row, Dictionary<DocumentId, ReadOnlyMemory<byte>> after)
    {
        if (RecordedMutations.DerivedDocuments(row.CompactMutations).FirstOrDefault(id => !after.ContainsKey(id)) is
            { Value: not null } stranger)
        {
            return new(row.Sequence, stranger, "A recorded mutation names a document without an effect");
        }

        var mutations = RecordedMutations.Expand(row.CompactMutations, id => after[id]);
        if (!SHA256.HashData(mutations.Span).AsSpan().SequenceEqual(row.MutationsDigest))
        {
            return new(row.Sequence, null, "Its mutations do not have the recorded digest");
        }

        var digest = TransactionDigest.Compute(
            _digest,
            new TransactionHeader(row.Sequence, row.Id, row.Timestamp, row.Author),
            row.MutationsDigest,
            row.Effects.Select(effect => new Effect(effect.DocumentId, effect.Apply, effect.Revert)).ToList());
        return digest.AsSpan().SequenceEqual(row.Digest)
            ? null
            : new(row.Sequence, null, "Its digest does not follow from its content and its predecessor");
    }

    private async ValueTask<ChainState> FindAsync(int document, CancellationToken cancellationToken)
    {
        if (!_touched.Contains(document))
        {
            return default;
        }

        if (!_states.TryGetValue(document, out var state))
        {
            var rebuilt = await ChainReader.ReadAsync(dataSource, dataset, [(document, Sequence)], cancellationToken);
            state = rebuilt[0] ?? default;
            Put(document, state);
        }

        return state;
    }

    private void Put(int document, ChainState state)
    {
        _touched.Add(document);
        _bytes += state.Content.Length - (_states.TryGetValue(document, out var old) ? old.Content.Length : 0);
        _states[document] = state;
        if (_bytes > Limits.VerificationStateBytes)
        {
            _states.Clear();
            _bytes = 0;
        }
    }
}
