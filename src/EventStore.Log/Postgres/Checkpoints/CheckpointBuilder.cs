using EventStore.Log.Projections;
using Npgsql;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>
/// Builds the checkpoints that a dataset is due, oldest first, each from the one before it and the log since. One
/// process at a time does it for a dataset: it holds an advisory lock, which goes with its connection. What was begun
/// and left is taken up where it ended. Writers are never waited for nor held up: all it reads is append-only.
/// </summary>
public sealed class CheckpointBuilder(NpgsqlDataSource dataSource, CheckpointPolicy policy)
{
    /// <summary>First half of the advisory lock's key; the second is the dataset's number.</summary>
    private const int LockClass = 0x4368_6563;

    private const string TryLock = "select pg_try_advisory_lock($2, $1)";
    private const string Unlock = "select pg_advisory_unlock($2, $1)";

    private readonly CheckpointStore _store = new(dataSource);
    private readonly DatasetReader _documents = new(dataSource);

    /// <summary>Builds what is due.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="cancellationToken">Stops; what was begun is taken up by the next call.</param>
    /// <returns>How many were completed; null when another process is building.</returns>
    public Task<int?> BuildAsync(Dataset dataset, CancellationToken cancellationToken) => WithLockAsync(
        dataset,
        async () =>
        {
            var built = 0;
            while (await FindNextAsync(dataset, cancellationToken) is { } next)
            {
                if (!await BuildAsync(dataset, next, cancellationToken))
                {
                    break;
                }

                built++;
            }

            return built;
        },
        cancellationToken);

    /// <summary>
    /// Builds a checkpoint of the end of the log, to be called while nobody writes to the dataset; if that is worth it.
    /// A dataset that has had no checkpoint yet is read fast enough.
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="sequence">The end of its log.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many were completed, one at most; null when another process is building.</returns>
    public Task<int?> BuildRestingAsync(Dataset dataset, long sequence, CancellationToken cancellationToken) =>
        WithLockAsync(
            dataset,
            async () => await _store.FindUnfinishedAsync(dataset, cancellationToken) is null
                && await _store.FindAsync(dataset, long.MaxValue, cancellationToken) is { } latest
                && latest.Sequence < sequence
                && await _store.CostAsync(dataset, latest, sequence, policy, cancellationToken)
                    >= policy.RestingDueAt(latest.Bytes)
                && await BuildAsync(
                    dataset,
                    await _store.BeginAsync(dataset, sequence, resting: true, cancellationToken),
                    cancellationToken)
                    ? 1
                    : 0,
            cancellationToken);

    /// <summary>Works while no other process does; null when one does.</summary>
    private async Task<int?> WithLockAsync(Dataset dataset, Func<Task<int>> work, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await LockAsync(connection, TryLock, dataset, cancellationToken))
        {
            return null;
        }

        try
        {
            return await work();
        }
        finally
        {
            await LockAsync(connection, Unlock, dataset, CancellationToken.None);
        }
    }

    private static async Task<bool> LockAsync(
        NpgsqlConnection connection, string sql, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(sql, dataset, LockClass);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<UnfinishedCheckpoint?> FindNextAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (await _store.FindUnfinishedAsync(dataset, cancellationToken) is { } unfinished)
        {
            return unfinished;
        }

        var latest = await _store.FindLastingAsync(dataset, cancellationToken);
        return await _store.FindDueAsync(dataset, latest, policy, cancellationToken) is { } sequence
            ? await _store.BeginAsync(dataset, sequence, resting: false, cancellationToken)
            : null;
    }

    private async Task<bool> BuildAsync(
        Dataset dataset, UnfinishedCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        using var chunk = new DocumentBatchBuilder(policy.ChunkBytes * 2);
        await foreach (var batch in _documents.ReadAsync(
            dataset, checkpoint.Sequence, checkpoint.LastId, cancellationToken))
        {
            var from = 0;
            while (from < batch.Count)
            {
                var to = EndOfChunk(batch, from, policy.ChunkBytes - chunk.Length);
                chunk.Add(batch, from, to);
                from = to;
                if (chunk.Length >= policy.ChunkBytes
                    && !await StoreAsync(dataset, checkpoint, chunk, cancellationToken))
                {
                    return false;
                }
            }
        }

        return (chunk.Count == 0 || await StoreAsync(dataset, checkpoint, chunk, cancellationToken))
            && await _store.CompleteAsync(dataset, checkpoint, cancellationToken);
    }

    /// <summary>The first document behind as many as fill a chunk, at least one.</summary>
    private static int EndOfChunk(DocumentBatch batch, int from, int bytes)
    {
        var to = from;
        do
        {
            bytes -= batch.Entries[to].Length;
            to++;
        }
        while (to < batch.Count && bytes > 0);
        return to;
    }

    private async Task<bool> StoreAsync(
        Dataset dataset,
        UnfinishedCheckpoint checkpoint,
        DocumentBatchBuilder chunk,
        CancellationToken cancellationToken)
    {
        using var batch = chunk.Take();
        return await _store.AddChunkAsync(dataset, checkpoint, batch, cancellationToken);
    }
}
