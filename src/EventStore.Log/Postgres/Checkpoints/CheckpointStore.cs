using EventStore.Log.Projections;
using Npgsql;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>Reads and writes the tables of checkpoints.</summary>
internal sealed class CheckpointStore(NpgsqlDataSource dataSource)
{
    private const string SelectLatest = """
        select number, sequence, bytes from eventstore.checkpoint
        where dataset = $1 and complete and sequence <= $2
        order by sequence desc limit 1
        """;

    private const string SelectChunks = """
        select last_id, content from eventstore.checkpoint_chunk
        where checkpoint = $2 and last_id > $3 and exists (select from eventstore.dataset where number = $1)
        order by last_id limit $4
        """;

    private const string SelectWholeness = """
        select exists (select from eventstore.checkpoint where dataset = $1 and number = $2 and documents = (
            select coalesce(sum(documents), 0) from eventstore.checkpoint_chunk where checkpoint = $2))
        """;

    /// <summary>The first sequence at which the log since a checkpoint costs as much as it may.</summary>
    private const string SelectDue = """
        select sequence from (
            select sequence, sum(octet_length(apply) + $4) over (order by sequence) as cost
            from eventstore.effect where dataset = $1 and sequence > $2
        ) as tail
        where cost >= $3
        order by sequence limit 1
        """;

    private const string SelectUnfinished = """
        select checkpoint.number, checkpoint.sequence, coalesce(max(last_id), ''), coalesce(sum(chunk.documents), 0),
            coalesce(sum(chunk.bytes), 0)
        from eventstore.checkpoint
        left join eventstore.checkpoint_chunk as chunk on chunk.checkpoint = checkpoint.number
        where dataset = $1 and not complete
        group by checkpoint.number, checkpoint.sequence
        order by checkpoint.sequence limit 1
        """;

    private const string InsertCheckpoint = """
        insert into eventstore.checkpoint (dataset, sequence, complete, documents, bytes)
        values ($1, $2, false, 0, 0) returning number
        """;

    private const string InsertChunk = """
        insert into eventstore.checkpoint_chunk (checkpoint, last_id, documents, bytes, content)
        select number, $3, $4, $5, $6 from eventstore.checkpoint where dataset = $1 and number = $2
        """;

    private const string Complete = """
        update eventstore.checkpoint set complete = true, documents = $3, bytes = $4 where dataset = $1 and number = $2
        """;

    private const string Delete = "delete from eventstore.checkpoint where dataset = $1";

    /// <summary>The youngest complete checkpoint at or before a sequence; null when there is none.</summary>
    public async Task<Checkpoint?> FindAsync(Dataset dataset, long asOf, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectLatest, dataset, asOf);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2))
            : null;
    }

    /// <summary>Chunks in order, from the one that holds the first id after the given one.</summary>
    /// <returns>Null when the checkpoint was dropped or lacks a chunk.</returns>
    public async Task<List<(string LastId, byte[] Content)>?> ReadChunksAsync(
        Dataset dataset, Checkpoint checkpoint, string? after, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(SelectChunks, dataset, checkpoint.Number, after ?? "", Limits.CheckpointChunksPerRead);

        // Asked after the chunks were read: were it dropped in between, they would be thrown away in vain and no more.
        batch.Add(SelectWholeness, dataset, checkpoint.Number);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var chunks = new List<(string, byte[])>();
        while (await reader.ReadAsync(cancellationToken))
        {
            chunks.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        }

        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0) ? chunks : null;
    }

    /// <summary>Where the next checkpoint belongs; null when none is due.</summary>
    public async Task<long?> FindDueAsync(
        Dataset dataset, Checkpoint? previous, CheckpointPolicy policy, CancellationToken cancellationToken)
    {
        var dueAt = policy.DueAt(previous?.Bytes ?? 0);
        await using var command = dataSource.CreateCommand(
            SelectDue, dataset, previous?.Sequence ?? 0L, (decimal)dueAt, policy.PatchBytes);
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>The checkpoint that somebody began and did not finish; null when there is none.</summary>
    public async Task<UnfinishedCheckpoint?> FindUnfinishedAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectUnfinished, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetInt64(0), reader.GetInt64(1))
            {
                LastId = reader.GetString(2) is { Length: > 0 } id ? id : null,
                Documents = reader.GetInt64(3),
                Bytes = reader.GetInt64(4),
            }
            : null;
    }

    public async Task<UnfinishedCheckpoint> BeginAsync(
        Dataset dataset, long sequence, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(InsertCheckpoint, dataset, sequence);
        return new((long)(await command.ExecuteScalarAsync(cancellationToken))!, sequence);
    }

    /// <summary>Adds the next chunk; false when the checkpoint was dropped meanwhile.</summary>
    public async Task<bool> AddChunkAsync(
        Dataset dataset, UnfinishedCheckpoint checkpoint, DocumentBatch batch, CancellationToken cancellationToken)
    {
        var lastId = batch[batch.Count - 1].Id.Value;
        await using var command = dataSource.CreateCommand(
            InsertChunk,
            dataset,
            checkpoint.Number,
            lastId,
            batch.Count,
            batch.Text.Length,
            CheckpointChunk.Encode(batch));
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return false;
        }

        checkpoint.LastId = lastId;
        checkpoint.Documents += batch.Count;
        checkpoint.Bytes += batch.Text.Length;
        return true;
    }

    /// <summary>Makes a checkpoint visible to readers; false when it was dropped meanwhile.</summary>
    public async Task<bool> CompleteAsync(
        Dataset dataset, UnfinishedCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            Complete, dataset, checkpoint.Number, checkpoint.Documents, checkpoint.Bytes);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Drops all checkpoints of a dataset. Readers that use one go on without it.</summary>
    public async Task DropAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Delete, dataset);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
