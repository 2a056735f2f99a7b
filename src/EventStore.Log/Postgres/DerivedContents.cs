using EventStore.Log.Documents;
using EventStore.Log.Postgres.Replay;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using EventStore.Mendoza;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// The documents that recorded mutations are derived from, for transactions that are read in order and without gaps. A
/// document is rebuilt from its chain once and then carried along by its effects, one patch a revision, so that moving
/// a whole history costs a replay and not a rebuild for each of its lines.
/// </summary>
internal sealed class DerivedContents(NpgsqlDataSource dataSource, Dataset dataset)
{
    private readonly CarriedDocuments _carried = new(dataSource, dataset, Limits.ReplayStateBytes);

    /// <summary>The contents that these transactions need. Their effects must carry patches.</summary>
    public async Task<Dictionary<(int Document, long Sequence), ReadOnlyMemory<byte>>> ReadAsync(
        IReadOnlyList<TransactionRow> rows, CancellationToken cancellationToken)
    {
        var derived = rows.SelectMany(Of).ToHashSet();
        var first = derived
            .Where(want => !_carried.TryGet(want.Document, out _))
            .GroupBy(want => want.Document, (document, wants) => (document, wants.Min(want => want.Sequence)))
            .ToList();
        var starts = await _carried.RebuildAsync(first, cancellationToken);

        var contents = new Dictionary<(int, long), ReadOnlyMemory<byte>>(derived.Count);
        foreach (var row in rows)
        {
            foreach (var effect in row.Effects)
            {
                var place = (effect.Document, row.Sequence);
                if (starts.TryGetValue(place, out var start))
                {
                    _carried.Put(effect.Document, start);
                }
                else if (_carried.TryGet(effect.Document, out var before))
                {
                    var after = DocumentChain.Apply(before.Content, effect.UnpackApply(), PatchTrust.Trusted);
                    _carried.Put(effect.Document, new(row.Sequence, row.Id.Value, after));
                }

                if (derived.Contains(place) && _carried.TryGet(effect.Document, out var state))
                {
                    contents.Add(place, state.Content);
                }
            }
        }

        _carried.Trim();
        return contents;
    }

    /// <summary>What the recorded mutations of one transaction are derived from.</summary>
    public static IEnumerable<(int Document, long Sequence)> Of(TransactionRow row) => Of(row, include: null);

    /// <inheritdoc cref="Of(TransactionRow)"/>
    public static IEnumerable<(int Document, long Sequence)> Of(TransactionRow row, Func<DocumentId, bool>? include)
    {
        var derived = RecordedMutations.DerivedDocuments(row.UnpackMutations());
        return derived.Count == 0
            ? []
            : row.Effects
                .IntersectBy(derived.Where(id => include?.Invoke(id) ?? true), effect => effect.DocumentId)
                .Select(effect => (effect.Document, row.Sequence));
    }
}
