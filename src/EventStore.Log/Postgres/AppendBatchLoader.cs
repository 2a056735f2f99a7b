using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>Takes the lock of a dataset's head row and loads what a batch has to know.</summary>
internal static class AppendBatchLoader
{
    private const string LockHead = """
        select sequence, timestamp, digest, documents from eventstore.dataset_head where dataset = $1 for update
        """;

    private const string SelectKnown = """
        select known.*
        from unnest($2::text[]) as wanted (id)
        cross join lateral (
            select id, sequence, timestamp, author, mutations_digest
            from eventstore.transaction
            where hashtextextended(id, dataset) = hashtextextended(wanted.id, $1)
                and dataset = $1 and id = wanted.id
            limit 1
        ) as known
        """;

    private const string SelectHeads = """
        select document.id, document.number, head.revision, head.content, coalesce(head.chain_bytes, 0),
            coalesce(head.deleted, true), head.sequence
        from eventstore.document
        left join eventstore.head on head.dataset = document.dataset and head.document = document.number
        where document.dataset = $1 and document.id = any($2)
        """;

    private const string SelectCommitted = """
        select digest from eventstore.transaction where dataset = $1 and sequence = $2
        """;

    /// <summary>Starts a batch; null when the dataset is gone.</summary>
    public static async Task<AppendBatch?> LoadAsync(
        NpgsqlDataSource dataSource,
        NpgsqlConnection connection,
        Dataset dataset,
        List<AppendGroup> groups,
        HeadCache cache)
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
                var unsettled = await ReadHeadsAsync(reader, missing, cache);
                await reader.CloseAsync();
                await RebuildAsync(dataSource, dataset, unsettled, cache);
                return new AppendBatch(head, documentCount, cache, known);
            }
        }

        cache.Clear();
        await using var again = new NpgsqlBatch(connection);
        again.Add(SelectHeads, dataset, documents.Select(id => id.Value).ToArray());
        await using (var reader = await again.ExecuteReaderAsync())
        {
            var unsettled = await ReadHeadsAsync(reader, documents, cache);
            await reader.CloseAsync();
            await RebuildAsync(dataSource, dataset, unsettled, cache);
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

    /// <summary>Puts heads into the cache; those returned lack the content that their chains have.</summary>
    private static async Task<List<(DocumentId Id, long Sequence)>> ReadHeadsAsync(
        NpgsqlDataReader reader, List<DocumentId> requested, HeadCache cache)
    {
        var unsettled = new List<(DocumentId, long)>();
        foreach (var id in requested)
        {
            cache.Put(id, HeadState.Unknown);
        }

        while (await reader.ReadAsync())
        {
            var id = DocumentId.Parse(reader.GetString(0));
            var packed = await reader.IsDBNullAsync(3) ? null : reader.GetFieldValue<byte[]>(3);
            var revision = await reader.IsDBNullAsync(2) ? null : reader.GetString(2);
            var document = new DocumentState(packed is null ? default : PackedText.Unpack(packed), revision);
            cache.Put(id, new HeadState(reader.GetInt32(1), document, reader.GetInt32(4)));
            if (packed is null && !reader.GetBoolean(5))
            {
                unsettled.Add((id, reader.GetInt64(6)));
            }
        }

        return unsettled;
    }

    private static async Task RebuildAsync(
        NpgsqlDataSource dataSource,
        Dataset dataset,
        List<(DocumentId Id, long Sequence)> unsettled,
        HeadCache cache)
    {
        foreach (var chunk in unsettled.Chunk(Limits.ChainsPerRead))
        {
            var wanted = chunk.Select(head => (Find(cache, head.Id).Number, head.Sequence)).ToList();
            var states = await ChainReader.ReadAsync(dataSource, dataset, wanted, CancellationToken.None);
            foreach (var (head, state) in chunk.Zip(states))
            {
                var known = Find(cache, head.Id);
                cache.Put(head.Id, known with { Document = known.Document with { Content = state!.Value.Content } });
            }
        }
    }

    private static HeadState Find(HeadCache cache, DocumentId id) =>
        cache.TryGet(id, out var head) ? head : throw new InvalidOperationException("A head was not loaded");
}
