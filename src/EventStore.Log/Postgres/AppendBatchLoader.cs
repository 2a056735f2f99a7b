using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>Takes the lock of a dataset's head row and loads what a batch has to know.</summary>
internal static class AppendBatchLoader
{
    private const string LockHead = """
        select sequence, timestamp, digest, documents from eventstore.dataset_head where dataset = $1 for update
        """;

    private const string SelectKnown = """
        select id, sequence, timestamp, author, mutations_digest
        from eventstore.transaction
        where dataset = $1 and id = any($2)
        """;

    private const string SelectHeads = """
        select document.id, document.number, head.revision, head.content, coalesce(head.chain_bytes, 0)
        from eventstore.document
        left join eventstore.head on head.dataset = document.dataset and head.document = document.number
        where document.dataset = $1 and document.id = any($2)
        """;

    private const string SelectCommitted = """
        select digest from eventstore.transaction where dataset = $1 and sequence = $2
        """;

    /// <summary>Starts a batch; null when the dataset is gone.</summary>
    public static async Task<AppendBatch?> LoadAsync(
        NpgsqlConnection connection, Dataset dataset, List<AppendGroup> groups, HeadCache cache)
    {
        var requests = groups.SelectMany(group => group.Requests).Select(prepared => prepared.Request).ToList();
        var documents = requests
            .SelectMany(request => request.Mutations)
            .Select(mutation => mutation.DocumentId)
            .Distinct()
            .ToList();
        var ids = requests.Where(request => request.Id is not null).Select(request => request.Id!.Value.Value);

        // One round trip in the usual case: the cache is assumed to be true, and read again in full when it is not.
        var missing = documents.Where(id => !cache.TryGet(id, out _)).ToList();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(LockHead, dataset);
        batch.Add(SelectKnown, dataset, ids.Distinct().ToArray());
        batch.Add(SelectHeads, dataset, missing.Select(id => id.Value).ToArray());

        LogHead head;
        int documentCount;
        var known = new List<KnownTransaction>();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            if (!await reader.ReadAsync())
            {
                return null;
            }

            head = new LogHead(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(2));
            documentCount = reader.GetInt32(3);
            await reader.NextResultAsync();
            while (await reader.ReadAsync())
            {
                known.Add(new(
                    reader.GetString(0),
                    reader.GetInt64(1),
                    reader.GetFieldValue<DateTimeOffset>(2),
                    reader.GetString(3),
                    reader.GetFieldValue<byte[]>(4)));
            }

            await reader.NextResultAsync();
            if (cache.Sequence == head.Sequence)
            {
                await ReadHeadsAsync(reader, missing, cache);
                return new AppendBatch(head, documentCount, cache, known);
            }
        }

        cache.Clear();
        await using var again = new NpgsqlBatch(connection);
        again.Add(SelectHeads, dataset, documents.Select(id => id.Value).ToArray());
        await using (var reader = await again.ExecuteReaderAsync())
        {
            await ReadHeadsAsync(reader, documents, cache);
        }

        cache.MoveTo(head.Sequence);
        return new AppendBatch(head, documentCount, cache, known);
    }

    /// <summary>
    /// Whether the batch that ends with this transaction is in the log. Waits for the backend that may still be
    /// committing it, by taking the lock it holds.
    /// </summary>
    public static async Task<bool> IsCommittedAsync(
        NpgsqlDataSource dataSource, Dataset dataset, EvaluatedTransaction last)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(LockHead, dataset);
        batch.Add(SelectCommitted, dataset, last.Header.Sequence);
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        return await reader.ReadAsync()
            && reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(last.Digest);
    }

    private static async Task ReadHeadsAsync(NpgsqlDataReader reader, List<DocumentId> requested, HeadCache cache)
    {
        foreach (var id in requested)
        {
            cache.Put(id, HeadState.Unknown);
        }

        while (await reader.ReadAsync())
        {
            ReadOnlyMemory<byte> content = await reader.IsDBNullAsync(3) ? null : reader.GetFieldValue<byte[]>(3);
            var revision = await reader.IsDBNullAsync(2) ? null : reader.GetString(2);
            cache.Put(
                DocumentId.Parse(reader.GetString(0)),
                new HeadState(reader.GetInt32(1), new DocumentState(content, revision), reader.GetInt32(4)));
        }
    }
}
