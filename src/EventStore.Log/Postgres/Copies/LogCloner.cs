using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres.Copies;

/// <summary>
/// Copies the log of one dataset into an empty one, up to a sequence, with all that is derived from it: rows as they
/// are, a portion at a time, each in the open transaction of the caller's connection. Ids, timestamps, authors, order
/// and digests are those of the source, since none of them names the dataset.
/// </summary>
/// <remarks>
/// Transactions, effects, documents and checkpoints are copied in any order; then the heads that are left are made (see
/// <see cref="PastHeads"/>), and the end is written. What is read is append-only up to the sequence, but for heads and
/// references: of those, the ones that have not moved since are copied, together in one statement. Nothing here may
/// depend on statistics: neither the copy nor a source that was imported just now has any, and then the database takes
/// every part of a dataset for a row or two.
/// </remarks>
public static class LogCloner
{
    private const string CopyTransactions = """
        insert into eventstore.transaction
            (sequence, timestamp, dataset, id, author, mutations, mutations_digest, digest)
        select sequence, timestamp, $2, id, author, mutations, mutations_digest, digest
        from eventstore.transaction
        where dataset = $1 and sequence > $3 and sequence <= $4
        order by sequence
        """;

    private const string CopyEffects = """
        insert into eventstore.effect (sequence, dataset, document, apply, revert)
        select sequence, $2, document, apply, revert
        from eventstore.effect
        where dataset = $1 and sequence > $3 and sequence <= $4
        order by sequence
        """;

    /// <summary>
    /// Documents are numbered by their first effect, so those of a shorter log are the first ones: the last of them is
    /// found by halving.
    /// </summary>
    private const string CountDocuments = """
        with recursive search (low, high) as (
            select 0, documents from eventstore.dataset_head where dataset = $1
            union all
            select
                case when middle.began <= $2 then middle.document else low end,
                case when middle.began <= $2 then high else middle.document - 1 end
            from search
            cross join lateral (
                select (low + high + 1) / 2 as document, (
                    select effect.sequence from eventstore.effect
                    where effect.dataset = $1 and effect.document = (low + high + 1) / 2
                    order by effect.sequence limit 1) as began
            ) as middle
            where low < high
        )
        select low from search where low = high
        """;

    private const string CopyDocuments = """
        insert into eventstore.document (dataset, number, id)
        select $2, number, id from eventstore.document
        where dataset = $1 and number > $3 and number <= $4
        order by number
        """;

    private const string CopyKeyframes = """
        insert into eventstore.keyframe (sequence, dataset, document, content)
        select sequence, $2, document, content from eventstore.keyframe
        where dataset = $1 and document > $3 and document <= $4 and sequence <= $5
        """;

    private const string CopyHeads = """
        with copied as (
            insert into eventstore.head (sequence, dataset, document, chain_bytes, deleted, revision, content)
            select sequence, $2, document, chain_bytes, deleted, revision, content from eventstore.head
            where dataset = $1 and document > $3 and document <= $4 and sequence <= $5
            returning document
        ), referring as (
            insert into eventstore.reference (dataset, source, target)
            select $2, copied.document, reference.target
            from copied
            cross join lateral (
                select target from eventstore.reference
                where dataset = $1 and source = copied.document offset 0
            ) as reference
        )
        select count(*) from copied
        """;

    private const string CopyCheckpoints = """
        with original as (
            select number, sequence, documents, bytes from eventstore.checkpoint
            where dataset = $1 and complete and not resting and sequence > $3 and sequence <= $4
            order by sequence limit $5
        ), copied as (
            insert into eventstore.checkpoint (dataset, sequence, complete, documents, bytes)
            select $2, sequence, true, documents, bytes from original
            returning number, sequence
        ), chunks as (
            insert into eventstore.checkpoint_chunk (checkpoint, last_id, documents, bytes, content)
            select copied.number, chunk.last_id, chunk.documents, chunk.bytes, chunk.content
            from copied
            join original using (sequence)
            join eventstore.checkpoint_chunk chunk on chunk.checkpoint = original.number
        )
        select max(sequence) from original
        """;

    private const string InsertEnd = """
        insert into eventstore.dataset_head (dataset, sequence, timestamp, digest, documents)
        select $1, sequence, timestamp, digest, $3 from eventstore.transaction where dataset = $1 and sequence = $2
        """;

    private const string InsertEmptyEnd = """
        insert into eventstore.dataset_head (dataset, sequence, timestamp, digest, documents)
        values ($1, 0, $2, $3, 0)
        """;

    private const string SelectSource = "select from eventstore.dataset_head where dataset = $1";

    /// <summary>Copies the transactions behind one sequence up to another.</summary>
    /// <exception cref="DatasetNotFoundException">The source is gone.</exception>
    public static async Task CopyTransactionsAsync(
        NpgsqlConnection connection,
        Dataset source,
        Dataset target,
        long after,
        long last,
        CancellationToken cancellationToken)
    {
        var copied = await CopyPortionAsync(
            connection, CopyTransactions, source, target, after, last, cancellationToken);
        if (copied != last - after)
        {
            throw new InvalidDataException($"The log has {copied} transactions behind {after} up to {last}");
        }
    }

    /// <summary>Copies the effects behind one sequence up to another.</summary>
    /// <exception cref="DatasetNotFoundException">The source is gone.</exception>
    public static Task CopyEffectsAsync(
        NpgsqlConnection connection,
        Dataset source,
        Dataset target,
        long after,
        long last,
        CancellationToken cancellationToken) =>
        CopyPortionAsync(connection, CopyEffects, source, target, after, last, cancellationToken);

    /// <summary>How many documents the transactions up to a sequence are of.</summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public static async Task<int> CountDocumentsAsync(
        NpgsqlConnection connection, Dataset dataset, long sequence, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(CountDocuments, dataset, sequence);
        return await command.ExecuteScalarAsync(cancellationToken) as int?
            ?? throw new DatasetNotFoundException(dataset);
    }

    /// <summary>Copies the documents behind one number up to another with what is derived of them, except the heads
    /// that have moved since the sequence.</summary>
    /// <returns>Whether there is none such.</returns>
    /// <exception cref="DatasetNotFoundException">The source is gone.</exception>
    public static async Task<bool> CopyDocumentsAsync(
        NpgsqlConnection connection,
        Dataset source,
        Dataset target,
        int after,
        int last,
        long sequence,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        await ExecuteAsync(connection, CopyDocuments, source, cancellationToken, target.Number, after, last);
        await ExecuteAsync(connection, CopyKeyframes, source, cancellationToken, target.Number, after, last, sequence);
        await using var heads = connection.CreateCommand(CopyHeads, source, target.Number, after, last, sequence);
        heads.CommandTimeout = 0;
        var copied = (long)(await heads.ExecuteScalarAsync(cancellationToken))!;
        await RequireSourceAsync(connection, source, cancellationToken);
        return copied == last - after;
    }

    /// <summary>Copies the next checkpoints behind one sequence up to another.</summary>
    /// <returns>The last one's sequence; null when there is none.</returns>
    public static async Task<long?> CopyCheckpointsAsync(
        NpgsqlConnection connection,
        Dataset source,
        Dataset target,
        long after,
        long last,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        await using var command = connection.CreateCommand(
            CopyCheckpoints, source, target.Number, after, last, Limits.CopiedCheckpoints);
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    /// <summary>Writes where the copied log ends; from then on it can be read and appended to.</summary>
    public static async Task WriteEndAsync(
        NpgsqlConnection connection, Dataset target, long sequence, int documents, CancellationToken cancellationToken)
    {
        await using var command = sequence == 0
            ? connection.CreateCommand(
                InsertEmptyEnd, target, DateTimeOffset.UnixEpoch, TransactionDigest.Genesis.ToArray())
            : connection.CreateCommand(InsertEnd, target, sequence, documents);
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
        {
            throw new InvalidDataException($"The copied log has no transaction {sequence}");
        }
    }

    private static async Task<int> CopyPortionAsync(
        NpgsqlConnection connection,
        string sql,
        Dataset source,
        Dataset target,
        long after,
        long last,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var copied = await ExecuteAsync(connection, sql, source, cancellationToken, target.Number, after, last);
        await RequireSourceAsync(connection, source, cancellationToken);
        return copied;
    }

    /// <summary>Asked after the rows were read: what was there then was read whole.</summary>
    private static async Task RequireSourceAsync(
        NpgsqlConnection connection, Dataset source, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(SelectSource, source);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new DatasetNotFoundException(source);
        }
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        Dataset source,
        CancellationToken cancellationToken,
        params List<object> parameters)
    {
        await using var command = connection.CreateCommand(sql, source, parameters);
        command.CommandTimeout = 0;
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
