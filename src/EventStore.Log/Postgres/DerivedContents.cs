using EventStore.Log.Documents;
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
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _states = [];

    /// <summary>The contents that these transactions need. Their effects must carry patches.</summary>
    public async Task<Dictionary<(int Document, long Sequence), ReadOnlyMemory<byte>>> ReadAsync(
        IReadOnlyList<TransactionRow> rows, CancellationToken cancellationToken)
    {
        var derived = rows.SelectMany(Of).ToHashSet();
        var first = derived
            .Where(want => !_states.ContainsKey(want.Document))
            .GroupBy(want => want.Document, (document, wants) => (document, wants.Min(want => want.Sequence)))
            .ToList();
        var rebuilt = await ChainReader.ReadAsync(dataSource, dataset, first, cancellationToken);
        var starts = first.Zip(rebuilt).ToDictionary(pair => pair.First, pair => pair.Second!.Value.Content);

        var contents = new Dictionary<(int, long), ReadOnlyMemory<byte>>(derived.Count);
        foreach (var row in rows)
        {
            foreach (var effect in row.Effects)
            {
                var place = (effect.Document, row.Sequence);
                if (starts.TryGetValue(place, out var content))
                {
                    _states[effect.Document] = content;
                }
                else if (_states.TryGetValue(effect.Document, out var before))
                {
                    _states[effect.Document] =
                        DocumentChain.Apply(before, effect.UnpackApply(), PatchTrust.Trusted);
                }

                if (derived.Contains(place))
                {
                    contents.Add(place, _states[effect.Document]);
                }
            }
        }

        Trim();
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

    private void Trim()
    {
        if (_states.Values.Sum(state => (long)state.Length) > Limits.ReplayStateBytes)
        {
            _states.Clear();
        }
    }
}
