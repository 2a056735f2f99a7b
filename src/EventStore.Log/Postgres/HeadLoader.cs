using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>Loads what a batch has to know: the end of the log, transactions whose ids are taken, and heads.</summary>
internal sealed class HeadLoader(NpgsqlDataSource dataSource, NpgsqlConnection connection, Dataset dataset)
{
    /// <summary>
    /// Found by the hash of the id. The dataset is written so that no index fits it: while statistics are missing, as
    /// they are throughout a first import, its number looks as rare as an id, and each look-up would walk the whole
    /// dataset. Nor is there a limit, which would let a scan of the table look cheap.
    /// </summary>
    private const string SelectKnown = """
        select known.*
        from unnest($2::text[]) as wanted (id)
        cross join lateral (
            select id, sequence, timestamp, author, mutations_digest
            from eventstore.transaction
            where hashtextextended(id, dataset) = hashtextextended(wanted.id, $1)
                and dataset + 0 = $1 and id = wanted.id
            offset 0
        ) as known
        """;

    /// <summary>
    /// One row for each id wanted, in that order, until they are too large together; the first is always there. Lengths
    /// are known without reading what is long. Each is looked up by itself: in a join the database would rather walk
    /// all heads of the dataset.
    /// </summary>
    private const string SelectHeads = """
        select id, number, revision, coalesce(chain_bytes, 0), coalesce(deleted, true), sequence, content
        from (
            select wanted.id, wanted.place, document.number, head.revision, head.chain_bytes, head.deleted,
                head.sequence, head.content,
                sum(coalesce(octet_length(head.content), 0)) over (order by wanted.place)
                    - coalesce(octet_length(head.content), 0) as bytes_before
            from unnest($2::text[]) with ordinality as wanted (id, place)
            left join lateral (
                select number from eventstore.document where dataset = $1 and id = wanted.id offset 0
            ) as document on true
            left join lateral (
                select * from eventstore.head where dataset = $1 and head.document = document.number offset 0
            ) as head on true
        ) as measured
        where bytes_before < $3
        order by place
        """;

    private const string SelectEnd = """
        select sequence, timestamp, digest, documents, generation from eventstore.dataset_head where dataset = $1
        """;

    private const string LockEnd = SelectEnd + " for update";

    private const string SelectCommitted = """
        select digest from eventstore.transaction where dataset = $1 and sequence = $2
        """;

    /// <summary>
    /// Reads the end of the log and what the requests mention, in one round trip. The end is read last: when it is the
    /// one that the cache is true at, so are the heads read before it.
    /// </summary>
    /// <param name="cache">Heads that need not be read; is cleared when it turns out to be of the past.</param>
    /// <param name="ids">Transaction ids to look for.</param>
    /// <param name="documents">Documents to load, the most urgent first.</param>
    /// <param name="takesLock">Whether to lock the end before anything is read, for this database transaction.</param>
    /// <returns>Null when the cache was of the past, so that loading has to begin again.</returns>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<LoadedHeads?> LoadAsync(
        HeadCache cache, string[] ids, IReadOnlyCollection<DocumentId> documents, bool takesLock)
    {
        var loaded = new LoadedHeads();
        var missing = Missing(cache, documents, loaded);
        if (!takesLock && ids.Length == 0 && missing.Count == 0 && cache.Head is not null)
        {
            return loaded;
        }

        await using var batch = new NpgsqlBatch(connection);
        if (takesLock)
        {
            batch.Add(LockEnd, dataset);
        }

        batch.Add(SelectKnown, dataset, ids);
        batch.Add(SelectHeads, dataset, Values(missing), (decimal)Limits.BatchDocumentBytes);
        batch.Add(SelectEnd, dataset);
        await using var reader = await batch.ExecuteReaderAsync();
        if (takesLock)
        {
            await reader.NextResultAsync();
        }

        await ReadKnownAsync(reader, loaded);
        await reader.NextResultAsync();
        await ReadHeadsAsync(reader, loaded);
        await reader.NextResultAsync();
        var (end, count) = await ReadEndAsync(reader);
        await reader.CloseAsync();
        if (!IsAt(cache, end))
        {
            // What was read may be younger than the end that it would be taken for.
            cache.Clear();
            cache.MoveTo(end, count);
            return null;
        }

        await RebuildAsync(loaded);
        return loaded;
    }

    /// <summary>
    /// Loads more documents for a batch that was begun. What they are like is true at the cache's end if that is still
    /// the end when the batch is committed, which the commit makes sure of.
    /// </summary>
    public async Task LoadMoreAsync(LoadedHeads loaded, IReadOnlyCollection<DocumentId> documents)
    {
        await using var command = connection.CreateCommand(
            SelectHeads, dataset, Values(documents), (decimal)Limits.BatchDocumentBytes);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            await ReadHeadsAsync(reader, loaded);
        }

        await RebuildAsync(loaded);
    }

    /// <summary>Whether the log ends where the cache says.</summary>
    public async Task<bool> IsAtEndAsync(HeadCache cache)
    {
        await using var command = connection.CreateCommand(SelectEnd, dataset);
        await using var reader = await command.ExecuteReaderAsync();
        return IsAt(cache, (await ReadEndAsync(reader)).End);
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
        batch.Add(LockEnd, dataset);
        batch.Add(SelectCommitted, dataset, last.Header.Sequence);
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        return await reader.ReadAsync()
            && reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(last.Digest);
    }

    private static List<DocumentId> Missing(
        HeadCache cache, IReadOnlyCollection<DocumentId> documents, LoadedHeads loaded)
    {
        var missing = new List<DocumentId>();
        foreach (var id in documents)
        {
            if (cache.TryGet(id, out var head))
            {
                loaded.Heads[id] = head;
            }
            else
            {
                missing.Add(id);
            }
        }

        return missing;
    }

    private static string[] Values(IReadOnlyCollection<DocumentId> ids)
    {
        var values = new string[ids.Count];
        var index = 0;
        foreach (var id in ids)
        {
            values[index++] = id.Value;
        }

        return values;
    }

    private static async Task ReadKnownAsync(NpgsqlDataReader reader, LoadedHeads loaded)
    {
        while (await reader.ReadAsync())
        {
            var id = reader.GetString(0);
            loaded.Known[id] = new(
                id,
                reader.GetInt64(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetString(3),
                reader.GetFieldValue<byte[]>(4));
        }
    }

    private static async Task ReadHeadsAsync(NpgsqlDataReader reader, LoadedHeads loaded)
    {
        var bytes = 0L;
        for (var count = 0; await reader.ReadAsync(); count++)
        {
            var packed = await reader.IsDBNullAsync(6) ? null : reader.GetFieldValue<byte[]>(6);
            bytes += packed is null ? 0 : PackedText.Length(packed);
            if (bytes > Limits.BatchDocumentBytes && count > 0)
            {
                // What is short when packed may be long; the rest is loaded when its turn comes.
                break;
            }

            var id = DocumentId.Parse(reader.GetString(0));
            if (await reader.IsDBNullAsync(1))
            {
                loaded.Heads[id] = HeadState.Unknown;
                continue;
            }

            var revision = await reader.IsDBNullAsync(2) ? null : reader.GetString(2);
            var document = new DocumentState(packed is null ? default : PackedText.Unpack(packed), revision);
            loaded.Heads[id] = new HeadState(reader.GetInt32(1), document, reader.GetInt32(3));
            if (packed is null && !reader.GetBoolean(4))
            {
                loaded.Unsettled.Add((id, reader.GetInt64(5)));
            }
        }
    }

    private static bool IsAt(HeadCache cache, LogHead end) =>
        cache.Head is { } known && known.Sequence == end.Sequence && known.Generation == end.Generation;

    private async Task<(LogHead End, int Documents)> ReadEndAsync(NpgsqlDataReader reader) =>
        await reader.ReadAsync()
            ? (new(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(2))
            {
                Generation = reader.GetInt32(4),
            }, reader.GetInt32(3))
            : throw new DatasetNotFoundException(dataset);

    /// <summary>Heads that lack the content that their chains have.</summary>
    private async Task RebuildAsync(LoadedHeads loaded)
    {
        foreach (var chunk in loaded.Unsettled.Chunk(Limits.ChainsPerRead))
        {
            var wanted = chunk.Select(head => (loaded.Heads[head.Id].Number, head.Sequence)).ToList();
            var states = await ChainReader.ReadAsync(dataSource, dataset, wanted, CancellationToken.None);
            foreach (var (head, state) in chunk.Zip(states))
            {
                var known = loaded.Heads[head.Id];
                var document = known.Document with { Content = state!.Value.Content };
                loaded.Heads[head.Id] = known with { Document = document };
            }
        }

        loaded.Unsettled.Clear();
    }
}
