using System.Runtime.CompilerServices;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Replays a dataset's log at full speed: one stream of effects in order of their sequence, shared out by document
/// among as many workers as there are cores. Nothing derived is read but to start from a sequence other than the first.
/// </summary>
public sealed class LogReplayer(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// A dataset whose documents do not fit in memory together is replayed in several passes, each with a share of
    /// them.
    /// </summary>
    private const string SelectEffects = """
        select sequence, document, apply from eventstore.effect
        where dataset = $1 and sequence > $2 and sequence <= $3 and ($4 = 1 or document % $4 = $5)
        order by sequence
        """;

    private const string SelectRevisions = """
        select transaction.sequence, transaction.id
        from unnest($2::bigint[]) as wanted (sequence)
        join eventstore.transaction on transaction.dataset = $1 and transaction.sequence = wanted.sequence
        """;

    private const string SelectHeadLengths = """
        select substring(content for 16) from eventstore.head where dataset = $1 and content is not null
        """;

    private readonly DatasetReader _documents = new(dataSource);

    /// <summary>Runs the replay; the last step is its summary.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="from">The sequence whose state is started from; 0 for nothing.</param>
    /// <param name="to">The last sequence that is replayed.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    public async IAsyncEnumerable<ReplayStep> ReplayAsync(
        Dataset dataset, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var passes = await CountPassesAsync(dataset, cancellationToken);
        var state = new StateDigest();
        var effects = 0L;
        for (var pass = 0; pass < passes; pass++)
        {
            using var run = new Pass(dataSource, dataset, passes, pass);
            await run.StartAsync(_documents, from, cancellationToken);
            var (at, done) = (from, false);
            while (!done)
            {
                (at, done) = await run.AdvanceAsync(at, to, cancellationToken);
                var share = (at - from + ((to - from) * pass)) / passes;
                yield return new ReplayProgress(from + share, to);
            }

            state.Add(await run.FinishAsync(cancellationToken));
            effects += run.Effects;
        }

        yield return new ReplaySummary(to, to - from, effects, state.Documents, state.Bytes, state.Compute());
    }

    /// <summary>Compares the state that is read at the end of a replay with what the replay came to.</summary>
    /// <returns>Null when they are equal.</returns>
    public async Task<VerificationDifference?> CompareAsync(
        Dataset dataset, ReplaySummary summary, CancellationToken cancellationToken)
    {
        var state = new StateDigest();
        await foreach (var batch in _documents.ReadAsync(dataset, summary.Sequence, null, cancellationToken))
        {
            state.Add(batch);
        }

        return state.Compute() == summary.Digest
            ? null
            : new(summary.Sequence, null, "The dataset that is read there differs from the replay");
    }

    private async Task<int> CountPassesAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectHeadLengths, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var bytes = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            bytes += PackedText.Length(reader.GetFieldValue<byte[]>(0));
        }

        return (int)((bytes / Limits.ReplayStateBytes) + 1);
    }

    /// <summary>One way through the log with the documents that belong to it.</summary>
    private sealed class Pass : IDisposable
    {
        private readonly NpgsqlDataSource _dataSource;
        private readonly Dataset _dataset;
        private readonly int _passes;
        private readonly int _number;
        private readonly CancellationTokenSource _stop = new();
        private readonly ReplayWorker[] _workers;
        private readonly Task[] _runs;

        public Pass(NpgsqlDataSource dataSource, Dataset dataset, int passes, int number)
        {
            (_dataSource, _dataset, _passes, _number) = (dataSource, dataset, passes, number);
            _workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new ReplayWorker())];
            _runs = [.. _workers.Select(worker => Task.Run(() => worker.RunAsync(_stop.Token)))];
        }

        public long Effects { get; private set; }

        public async Task StartAsync(DatasetReader documents, long from, CancellationToken cancellationToken)
        {
            if (from == 0)
            {
                return;
            }

            await foreach (var batch in documents.ReadAsync(_dataset, from, null, cancellationToken))
            {
                for (var index = 0; index < batch.Count; index++)
                {
                    if (batch[index] is var line && line.Document % _passes == _number)
                    {
                        WorkerOf(line.Document).Put(line);
                    }
                }
            }
        }

        /// <summary>Hands out the effects of as many transactions as make up one step of the progress.</summary>
        public async Task<(long At, bool Done)> AdvanceAsync(long after, long to, CancellationToken cancellationToken)
        {
            var last = Math.Min(to, after + Limits.ReplayStepTransactions);
            await using var command = _dataSource.CreateCommand(
                SelectEffects, _dataset, after, last, _passes, _number);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var document = reader.GetInt32(1);
                var effect = new EffectPatch(reader.GetInt64(0), document, reader.GetFieldValue<byte[]>(2));
                Effects++;
                await WorkerOf(document).AddAsync(effect, cancellationToken);
            }

            return (last, last == to);
        }

        public async Task<StateDigest> FinishAsync(CancellationToken cancellationToken)
        {
            foreach (var worker in _workers)
            {
                await worker.CompleteAsync(cancellationToken);
            }

            await Task.WhenAll(_runs);
            var revisions = await ReadRevisionsAsync(cancellationToken);
            var state = new StateDigest();
            foreach (var digest in await Task.WhenAll(
                _workers.Select(worker => Task.Run(() => worker.Digest(revisions), cancellationToken))))
            {
                state.Add(digest);
            }

            return state;
        }

        public void Dispose()
        {
            // Workers let go of their memory only when they have stopped using it.
            _stop.Cancel();
            Task.WhenAll(_runs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            Array.ForEach(_workers, static worker => worker.Dispose());
            _stop.Dispose();
        }

        private async Task<Dictionary<long, string>> ReadRevisionsAsync(CancellationToken cancellationToken)
        {
            var sequences = _workers.SelectMany(worker => worker.Sequences).Distinct().ToArray();
            await using var command = _dataSource.CreateCommand(SelectRevisions, _dataset, sequences);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var revisions = new Dictionary<long, string>(sequences.Length);
            while (await reader.ReadAsync(cancellationToken))
            {
                revisions.Add(reader.GetInt64(0), reader.GetString(1));
            }

            return revisions;
        }

        private ReplayWorker WorkerOf(int document) => _workers[document / _passes % _workers.Length];
    }
}
