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
    public async Task<int?> BuildAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await LockAsync(connection, TryLock, dataset, cancellationToken))
        {
            return null;
        }

        try
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

        var latest = await _store.FindAsync(dataset, long.MaxValue, cancellationToken);
        return await _store.FindDueAsync(dataset, latest, policy, cancellationToken) is { } sequence
            ? await _store.BeginAsync(dataset, sequence, cancellationToken)
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
