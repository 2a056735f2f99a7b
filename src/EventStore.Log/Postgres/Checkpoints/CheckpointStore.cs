using System.Data;
using EventStore.Log.Projections;
using Npgsql;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>Reads and writes the tables of checkpoints.</summary>
internal sealed class CheckpointStore(NpgsqlDataSource dataSource)
{
    private const string SelectLatest = """
        select number, sequence, bytes from eventstore.checkpoint
        where dataset = $1 and complete and sequence <= $2 and (not resting or $3)
        order by sequence desc limit 1
        """;

    /// <summary>Contents go from the connection straight to where they are wanted.</summary>
    private const CommandBehavior Sequential = CommandBehavior.SequentialAccess;

    /// <summary>Chunks that are too large for a page are only named.</summary>
    private const string SelectChunks = """
        select last_id, bytes <= $5, octet_length(content), case when bytes <= $5 then content end
        from eventstore.checkpoint_chunk
        where checkpoint = $2 and last_id > $3 and exists (select from eventstore.dataset where number = $1)
        order by last_id limit $4
        """;

    private const string SelectChunk = """
        select octet_length(content), content from eventstore.checkpoint_chunk
        where checkpoint = $2 and last_id = $3 and exists (select from eventstore.dataset where number = $1)
        """;

    private const string SelectWholeness = """
        select exists (select from eventstore.checkpoint where dataset = $1 and number = $2 and documents = (
            select coalesce(sum(documents), 0) from eventstore.checkpoint_chunk where checkpoint = $2))
        """;

    private const string SelectExistence =
        "select exists (select from eventstore.checkpoint where dataset = $1 and number = $2)";

    /// <summary>The first sequence at which the log since a checkpoint costs as much as it may.</summary>
    private const string SelectDue = """
        select sequence from (
            select sequence, sum(octet_length(apply) + $4) over (order by sequence) as cost
            from eventstore.effect where dataset = $1 and sequence > $2
        ) as tail
        where cost >= $3
        order by sequence limit 1
        """;

    private const string SelectCost = """
        select coalesce(sum(octet_length(apply) + $4), 0) from eventstore.effect
        where dataset = $1 and sequence > $2 and sequence <= $3
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
        insert into eventstore.checkpoint (dataset, sequence, complete, documents, bytes, resting)
        values ($1, $2, false, 0, 0, $3) returning number
        """;

    private const string InsertChunk = """
        insert into eventstore.checkpoint_chunk (checkpoint, last_id, documents, bytes, content)
        select number, $3, $4, $5, $6 from eventstore.checkpoint where dataset = $1 and number = $2
        """;

    private const string Complete = """
        update eventstore.checkpoint set complete = true, documents = $3, bytes = $4 where dataset = $1 and number = $2
        """;

    /// <summary>Of checkpoints of datasets at rest only the youngest is worth its room, if it is younger than all
    /// others.</summary>
    private const string DeleteRested = """
        delete from eventstore.checkpoint where dataset = $1 and resting and sequence < $2
        """;

    private const string DeleteRestedAt = """
        delete from eventstore.checkpoint where dataset = $1 and resting and sequence = $2
        """;

    private const string Delete = "delete from eventstore.checkpoint where dataset = $1";

    /// <summary>The youngest complete checkpoint at or before a sequence; null when there is none.</summary>
    public Task<Checkpoint?> FindAsync(Dataset dataset, long asOf, CancellationToken cancellationToken) =>
        FindAsync(dataset, asOf, withResting: true, cancellationToken);

    /// <summary>The youngest complete checkpoint that belongs to its place in the log.</summary>
    public Task<Checkpoint?> FindLastingAsync(Dataset dataset, CancellationToken cancellationToken) =>
        FindAsync(dataset, long.MaxValue, withResting: false, cancellationToken);

    /// <summary>Chunks in order, from the one that holds the first id after the given one.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="after">The id.</param>
    /// <param name="most">How many.</param>
    /// <param name="isBegun">Whether some were read before, and all chunks are known to have been there then.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="InvalidDataException">The checkpoint was dropped or lacks a chunk.</exception>
    public async Task<List<StoredChunk>> ReadChunksAsync(
        Dataset dataset,
        Checkpoint checkpoint,
        string? after,
        int most,
        bool isBegun,
        CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(SelectChunks, dataset, checkpoint.Number, after ?? "", most, Limits.LargePortionBytes);

        // Asked after the chunks were read: were it dropped in between, they would be thrown away in vain and no more.
        batch.Add(isBegun ? SelectExistence : SelectWholeness, dataset, checkpoint.Number);
        var chunks = new List<StoredChunk>();
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(Sequential, cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var lastId = reader.GetString(0);
                chunks.Add(reader.GetBoolean(1)
                    ? await ReadAsync(lastId, reader, 2, cancellationToken)
                    : new StoredChunk(lastId));
            }

            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return reader.GetBoolean(0) ? chunks : throw Gone();
        }
        catch
        {
            chunks.ForEach(static chunk => chunk.Dispose());
            throw;
        }
    }

    /// <summary>Reads a chunk that was only named.</summary>
    /// <exception cref="InvalidDataException">It is not there any more.</exception>
    public async Task<StoredChunk> ReadChunkAsync(
        Dataset dataset, Checkpoint checkpoint, StoredChunk chunk, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectChunk, dataset, checkpoint.Number, chunk.LastId);
        await using var reader = await command.ExecuteReaderAsync(Sequential, cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? await ReadAsync(chunk.LastId, reader, 0, cancellationToken)
            : throw Gone();
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

    /// <summary>What the log between a checkpoint and a sequence costs.</summary>
    public async Task<long> CostAsync(
        Dataset dataset,
        Checkpoint checkpoint,
        long sequence,
        CheckpointPolicy policy,
        CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectCost, dataset, checkpoint.Sequence, sequence, policy.PatchBytes);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
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

    /// <summary>Begins one; there must be none yet at the sequence, but for one of the dataset at rest.</summary>
    public async Task<UnfinishedCheckpoint> BeginAsync(
        Dataset dataset, long sequence, bool resting, CancellationToken cancellationToken)
    {
        await using var delete = dataSource.CreateCommand(DeleteRestedAt, dataset, sequence);
        await delete.ExecuteNonQueryAsync(cancellationToken);
        await using var command = dataSource.CreateCommand(InsertCheckpoint, dataset, sequence, resting);
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
            CheckpointChunk.Encode(batch, checkpoint.Sequence));
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
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return false;
        }

        await using var delete = dataSource.CreateCommand(DeleteRested, dataset, checkpoint.Sequence);
        await delete.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    /// <summary>Drops all checkpoints of a dataset. Readers that use one go on without it.</summary>
    public async Task DropAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Delete, dataset);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<Checkpoint?> FindAsync(
        Dataset dataset, long asOf, bool withResting, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectLatest, dataset, asOf, withResting);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2))
            : null;
    }

    private static InvalidDataException Gone() => new("The checkpoint cannot be read to its end");

    /// <summary>From two columns: its length, and its content.</summary>
    private static async Task<StoredChunk> ReadAsync(
        string lastId, NpgsqlDataReader reader, int column, CancellationToken cancellationToken)
    {
        var length = reader.GetInt32(column);
        await using var content = await reader.GetStreamAsync(column + 1, cancellationToken);
        return await StoredChunk.ReadAsync(lastId, content, length, cancellationToken);
    }
}
