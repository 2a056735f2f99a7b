using EventStore.Log.Documents;
using Npgsql;

namespace EventStore.Log.Postgres.Replay;

/// <summary>Compares heads and references with what a replay derives and replaces those that differ.</summary>
internal sealed class HeadMender(NpgsqlDataSource dataSource, Dataset dataset)
{
    private const string LockEnd = """
        select sequence, documents from eventstore.dataset_head where dataset = $1 for update
        """;

    private const string SelectStored = """
        select derived.document, head.sequence is not null, head.sequence, head.chain_bytes, head.deleted, head.revision,
            head.content, transaction.id,
            (select coalesce(array_agg(reference.target order by reference.target), '{}')
                from eventstore.reference
                where reference.dataset = $1 and reference.source = derived.document)
        from unnest($2::integer[], $3::bigint[]) as derived (document, sequence)
        join eventstore.transaction on transaction.dataset = $1 and transaction.sequence = derived.sequence
        left join eventstore.head on head.dataset = $1 and head.document = derived.document
        order by derived.document
        """;

    private const string UpsertHead = """
        insert into eventstore.head (dataset, document, sequence, chain_bytes, deleted, revision, content)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (dataset, document) do update set
            sequence = excluded.sequence,
            chain_bytes = excluded.chain_bytes,
            deleted = excluded.deleted,
            revision = excluded.revision,
            content = excluded.content
        """;

    private const string DeleteReferences = "delete from eventstore.reference where dataset = $1 and source = $2";

    private const string InsertReferences = """
        insert into eventstore.reference (dataset, source, target) select $1, $2, target from unnest($3::text[]) as target
        """;

    private const string RaiseGeneration = """
        update eventstore.dataset_head set generation = generation + 1 where dataset = $1
        """;

    private static readonly string[] StrangerStatements =
    [
        "delete from eventstore.head where dataset = $1 and (document < 1 or document > $2)",
        "delete from eventstore.keyframe where dataset = $1 and (document < 1 or document > $2)",
        "delete from eventstore.reference where dataset = $1 and (source < 1 or source > $2)",
    ];

    public long ChangedHeads { get; private set; }

    /// <summary>Documents whose references were other than their content's.</summary>
    public long ChangedReferences { get; private set; }

    /// <summary>Brings documents up to the end of the log, with writers held up, and mends what is derived.</summary>
    /// <param name="folded">Documents of consecutive numbers, folded up to a sequence.</param>
    /// <param name="sequence">That sequence.</param>
    /// <param name="selectEffects">Selects effects by range of documents and of sequences.</param>
    /// <param name="cancellationToken">Stops; nothing is half done.</param>
    public async Task MendAsync(
        List<FoldedDocument> folded, long sequence, string selectEffects, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, cancellationToken);
        var first = folded[0].Number;
        await using (var command = connection.CreateCommand(
            selectEffects, dataset, first, folded[^1].Number, sequence, long.MaxValue))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                folded[reader.GetInt32(0) - first].Apply(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
            }
        }

        await using var mending = new NpgsqlBatch(connection);
        await CompareAsync(connection, folded, mending, cancellationToken);
        if (mending.BatchCommands.Count > 0)
        {
            await mending.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Deletes what is derived of documents that there are not.</summary>
    public async Task DeleteStrangersAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var documents = await LockAsync(connection, cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in StrangerStatements)
        {
            batch.Add(statement, dataset, documents);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<int> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(LockEnd, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? reader.GetInt32(1)
            : throw new DatasetNotFoundException(dataset);
    }

    private async Task CompareAsync(
        NpgsqlConnection connection,
        List<FoldedDocument> folded,
        NpgsqlBatch mending,
        CancellationToken cancellationToken)
    {
        var byNumber = folded.ToDictionary(document => document.Number);
        await using var command = connection.CreateCommand(
            SelectStored,
            dataset,
            folded.Select(document => document.Number).ToArray(),
            folded.Select(document => document.Sequence).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var headsChanged = false;
        while (await reader.ReadAsync(cancellationToken))
        {
            var document = byNumber[reader.GetInt32(0)];
            var revision = reader.GetString(7);
            var packed = document.Pack();
            var isEqual = reader.GetBoolean(1)
                && reader.GetInt64(2) == document.Sequence
                && reader.GetInt32(3) == document.ChainBytes
                && reader.GetBoolean(4) == document.IsDeleted
                && reader.GetString(5) == revision
                && (reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6)).AsSpan().SequenceEqual(packed);
            if (!isEqual)
            {
                headsChanged = true;
                ChangedHeads++;
                mending.Add(
                    UpsertHead,
                    dataset,
                    document.Number,
                    document.Sequence,
                    document.ChainBytes,
                    document.IsDeleted,
                    revision,
                    (object?)packed ?? DBNull.Value);
            }

            MendReferences(document, reader.GetFieldValue<string[]>(8), mending);
        }

        if (headsChanged)
        {
            mending.Add(RaiseGeneration, dataset);
        }
    }

    private void MendReferences(FoldedDocument document, string[] stored, NpgsqlBatch mending)
    {
        var targets = DocumentReferences.StrongTargets(document.Content()).Order(StringComparer.Ordinal).ToArray();
        if (!targets.SequenceEqual(stored))
        {
            ChangedReferences++;
            mending.Add(DeleteReferences, dataset, document.Number);
            mending.Add(InsertReferences, dataset, document.Number, targets);
        }
    }
}
