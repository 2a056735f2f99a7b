using System.Runtime.CompilerServices;
using Npgsql;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Replays a dataset's log at full speed: it is fetched in portions, whose documents as many workers as there are cores
/// lead on, and while they do, the next portion is fetched. Nothing derived is read but to start from a sequence other
/// than the first.
/// </summary>
/// <remarks>
/// When the documents do not fit in memory together, half of them are left to another pass through the log, and half of
/// the rest if need be.
/// </remarks>
public sealed class LogReplayer(NpgsqlDataSource dataSource)
{
    private readonly DatasetReader _documents = new(dataSource);

    /// <summary>Runs the replay; the last step is its summary.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="from">The sequence whose state is started from; 0 for nothing.</param>
    /// <param name="to">The last sequence that is replayed.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    public async IAsyncEnumerable<ReplayStep> ReplayAsync(
        Dataset dataset, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shares = new Stack<DocumentShare>([DocumentShare.All]);
        var state = new StateDigest();
        var (effects, done, reported) = (0L, 0d, from);
        while (shares.TryPop(out var share))
        {
            await using var pass = new ReplayPass(dataSource, dataset, share, from, to);
            await StartAsync(pass, dataset, from, shares, cancellationToken);
            while (pass.At < to)
            {
                await pass.AdvanceAsync(cancellationToken);
                Lighten(pass, shares);
                var part = done + ((double)(pass.At - from) / (to - from) / pass.Share.Count);
                reported = Math.Max(reported, from + (long)(part * (to - from)));
                yield return new ReplayProgress(reported, to);
            }

            state.Add(await pass.FinishAsync(cancellationToken));
            effects += share == DocumentShare.All ? pass.Effects : 0;
            done += 1d / pass.Share.Count;
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
            using (batch)
            {
                state.Add(batch);
            }
        }

        return state.Compute() == summary.Digest
            ? null
            : new(summary.Sequence, null, "The dataset that is read there differs from the replay");
    }

    /// <summary>Starts a pass from the documents as they were at a sequence.</summary>
    private async Task StartAsync(
        ReplayPass pass, Dataset dataset, long from, Stack<DocumentShare> shares, CancellationToken cancellationToken)
    {
        if (from == 0)
        {
            return;
        }

        await foreach (var batch in _documents.ReadAsync(dataset, from, null, cancellationToken))
        {
            using (batch)
            {
                for (var index = 0; index < batch.Count; index++)
                {
                    var line = batch[index];
                    if (pass.Share.Contains(line.Document))
                    {
                        pass.Put(line);
                    }
                }
            }

            Lighten(pass, shares);
        }
    }

    private static void Lighten(ReplayPass pass, Stack<DocumentShare> shares)
    {
        while (pass.IsTooLarge)
        {
            shares.Push(pass.Halve());
        }
    }
}
