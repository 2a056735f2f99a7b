using Npgsql;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Documents that are carried along while the log passes by in order, one patch a revision. Those that do not fit in
/// memory are forgotten, and rebuilt from their chains when they come up again.
/// </summary>
internal sealed class CarriedDocuments(NpgsqlDataSource dataSource, Dataset dataset, long capacity)
{
    private readonly Dictionary<int, ChainState> _states = [];
    private long _bytes;

    public bool TryGet(int document, out ChainState state) => _states.TryGetValue(document, out state);

    /// <summary>A document that was touched, as it is after a sequence.</summary>
    public async ValueTask<ChainState> FindAsync(int document, long sequence, CancellationToken cancellationToken)
    {
        if (!_states.TryGetValue(document, out var state))
        {
            state = (await RebuildAsync([(document, sequence)], cancellationToken))[(document, sequence)];
            Put(document, state);
        }

        return state;
    }

    /// <summary>Documents rebuilt at their sequences; they are not carried by this alone.</summary>
    public async Task<Dictionary<(int Document, long Sequence), ChainState>> RebuildAsync(
        IReadOnlyList<(int Document, long Sequence)> wanted, CancellationToken cancellationToken)
    {
        var states = await ChainReader.ReadAsync(dataSource, dataset, wanted, cancellationToken);
        return wanted.Zip(states).ToDictionary(pair => pair.First, pair => pair.Second ?? default);
    }

    public void Put(int document, ChainState state)
    {
        _bytes += state.Content.Length - (_states.TryGetValue(document, out var old) ? old.Content.Length : 0);
        _states[document] = state;
    }

    /// <summary>To be called between transactions: forgets everything when it has grown too large.</summary>
    public void Trim()
    {
        if (_bytes > capacity)
        {
            _states.Clear();
            _bytes = 0;
        }
    }
}
