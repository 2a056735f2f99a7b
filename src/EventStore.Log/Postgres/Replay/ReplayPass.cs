using EventStore.Log.Projections;
using EventStore.Mendoza;
using Npgsql;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// One way through the log with some of the documents: lanes fetch it, and for each portion as many workers as there
/// are cores lead its documents on, each the next one that nobody has taken.
/// </summary>
internal sealed class ReplayPass : IAsyncDisposable
{
    private const string SelectRevisions = """
        select transaction.sequence, transaction.id
        from unnest($2::bigint[]) as wanted (sequence)
        join eventstore.transaction on transaction.dataset = $1 and transaction.sequence = wanted.sequence
        """;

    private readonly NpgsqlDataSource _dataSource;
    private readonly Dataset _dataset;
    private readonly long _to;
    private readonly long _step;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<int, ReplayedDocument> _documents = [];
    private readonly ReplayPortion _portion = new();
    private readonly ReplayWorker[] _workers;
    private readonly EffectLane[] _lanes;
    private Task<Dictionary<long, string>>? _revisions;
    private int _lane;
    private long _bytes;

    /// <param name="dataSource">The database.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="share">Which documents.</param>
    /// <param name="from">The sequence whose state is started from.</param>
    /// <param name="to">The last sequence.</param>
    public ReplayPass(NpgsqlDataSource dataSource, Dataset dataset, DocumentShare share, long from, long to)
    {
        (_dataSource, _dataset, Share, At, _to) = (dataSource, dataset, share, from, to);
        _workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new ReplayWorker())];

        // A short log, too, is shared out among the lanes.
        var lanes = Math.Min(Environment.ProcessorCount, Limits.ReplayLanes);
        var step = _step = Math.Clamp((to - from + (2 * lanes) - 1) / (2 * lanes), 1, Limits.ReplayStepTransactions);
        IEnumerable<string> StepsOf(int lane)
        {
            for (var after = from + (lane * step); after < to; after += lanes * step)
            {
                yield return EffectLane.Statement(dataset, share, after, Math.Min(to, after + step));
            }
        }

        _lanes = [.. Enumerable.Range(0, lanes).Select(lane => new EffectLane(dataSource, StepsOf(lane), _stop.Token))];
    }

    /// <summary>The documents that it still replays.</summary>
    public DocumentShare Share { get; private set; }

    /// <summary>The last sequence whose effects are applied or at hand.</summary>
    public long At { get; private set; }

    /// <summary>Effects read, those of documents included that were left to another pass meanwhile.</summary>
    public long Effects { get; private set; }

    /// <summary>Whether it carries more than fits in memory.</summary>
    public bool IsTooLarge => _bytes > Limits.ReplayStateBytes && _documents.Count > 1;

    /// <summary>Starts a document of the share from a known state.</summary>
    public void Put(DocumentLine line)
    {
        ReplayedDocument document = new(line.Document)
        {
            Content = line.Content,
            Sequence = line.Sequence,
            Revision = line.Revision,
        };
        _documents.Add(line.Document, document);
        _bytes += document.Content.Length;
    }

    /// <summary>Goes a portion further.</summary>
    /// <exception cref="MendozaException">A patch does not fit: the log is damaged.</exception>
    /// <exception cref="InvalidDataException">A patch cannot be unpacked: the log is damaged.</exception>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        while (At < _to && !_portion.IsFull)
        {
            var block = await _lanes[_lane].ReadAsync(cancellationToken);
            Effects += block.Effects.Length;
            if (block.EndsStep)
            {
                _lane = (_lane + 1) % _lanes.Length;
                At = Math.Min(_to, At + _step);
            }

            _portion.Add(block, Share, _documents);
        }

        if (At == _to)
        {
            // Known before the last patches are applied, and read meanwhile.
            _revisions = ReadRevisionsAsync(cancellationToken);
        }

        _bytes -= _portion.Documents.Sum(static document => (long)document.Content.Length);
        await Task.WhenAll(_workers.Select(
            worker => Task.Run(() => worker.Apply(_portion, cancellationToken), cancellationToken)));
        _bytes += _portion.Documents.Sum(static document => (long)document.Content.Length);
        _portion.Clear();
    }

    /// <summary>Sums up the documents, at the end.</summary>
    public async Task<StateDigest> FinishAsync(CancellationToken cancellationToken)
    {
        var revisions = await (_revisions ?? ReadRevisionsAsync(cancellationToken));
        ReplayedDocument[] documents = [.. _documents.Values];
        var state = new StateDigest();
        foreach (var digest in await Task.WhenAll(_workers.Select((_, worker) => Task.Run(
            () => ReplayWorker.Digest(documents, worker, _workers.Length, revisions), cancellationToken))))
        {
            state.Add(digest);
        }

        return state;
    }

    /// <summary>Leaves half of the documents to another pass.</summary>
    /// <returns>That half.</returns>
    public DocumentShare Halve()
    {
        (Share, var other) = Share.Halve();
        foreach (var document in _documents.Values.Where(document => !Share.Contains(document.Number)).ToList())
        {
            _documents.Remove(document.Number);
            _bytes -= document.Content.Length;
        }

        return other;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync();
        }

        await (_revisions ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _portion.Dispose();
        Array.ForEach(_workers, static worker => worker.Dispose());
        _stop.Dispose();
    }

    private async Task<Dictionary<long, string>> ReadRevisionsAsync(CancellationToken cancellationToken)
    {
        var sequences = _documents.Values
            .Where(document => document.Revision is null).Select(document => document.Sequence).Distinct().ToArray();
        await using var command = _dataSource.CreateCommand(SelectRevisions, _dataset, sequences);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var revisions = new Dictionary<long, string>(sequences.Length);
        while (await reader.ReadAsync(cancellationToken))
        {
            revisions.Add(reader.GetInt64(0), reader.GetString(1));
        }

        return revisions;
    }
}
