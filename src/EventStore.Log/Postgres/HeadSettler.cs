using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Writes out the documents whose heads imports have left without content. Until then they are rebuilt from their
/// chains whenever they are read, so it does not matter when this happens or whether it is interrupted.
/// </summary>
public sealed class HeadSettler(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// Ids are looked up one by one: a planner that has no statistics yet, or believes the limit to be large, would go
    /// through all documents of the dataset for each page.
    /// </summary>
    private const string SelectUnsettled = """
        select document.id, head.document, head.sequence, head.revision
        from (
            select document, sequence, revision from eventstore.head
            where dataset = $1 and document > $2 and unsettled
            order by document limit $3) as head
        cross join lateral (
            select id from eventstore.document where dataset = $1 and number = head.document offset 0) as document
        order by head.document
        """;

    /// <summary>Appends of other processes take this lock first, so the two cannot wait for each other.</summary>
    private const string LockEnd = "select from eventstore.dataset_head where dataset = $1 for update";

    private const string UpdateHeads = """
        update eventstore.head set content = new.content
        from unnest($2::integer[], $3::bigint[], $4::bytea[]) as new (document, sequence, content)
        where head.dataset = $1 and head.document = new.document and head.sequence = new.sequence
            and head.unsettled
        """;

    /// <summary>
    /// Settles what an import that was broken off has left; an import under way may go on, and several processes may
    /// settle the same dataset.
    /// </summary>
    /// <returns>How many heads were found.</returns>
    public Task<int> RunAsync(Dataset dataset, CancellationToken cancellationToken) =>
        RunAsync(dataset, new HeadCache(), cancellationToken);

    /// <summary>The same for a writer of the dataset.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="cache">Saves rebuilding what it holds.</param>
    /// <param name="cancellationToken">Stops between two statements.</param>
    internal async Task<int> RunAsync(Dataset dataset, HeadCache cache, CancellationToken cancellationToken)
    {
        var (last, found) = (0, 0);
        while (true)
        {
            var heads = await SelectAsync(dataset, last, cancellationToken);
            if (heads.Count == 0)
            {
                return found;
            }

            last = heads[^1].Number;
            found += heads.Count;
            await WriteAsync(dataset, cache, heads, cancellationToken);
        }
    }

    private async Task<List<Unsettled>> SelectAsync(Dataset dataset, int last, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectUnsettled, dataset, last, Limits.ChainsPerRead);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var heads = new List<Unsettled>();
        while (await reader.ReadAsync(cancellationToken))
        {
            heads.Add(new(
                DocumentId.Parse(reader.GetString(0)), reader.GetInt32(1), reader.GetInt64(2), reader.GetString(3)));
        }

        return heads;
    }

    private async Task WriteAsync(
        Dataset dataset, HeadCache cache, List<Unsettled> heads, CancellationToken cancellationToken)
    {
        var contents = new byte[]?[heads.Count];
        var wanted = new List<(int Place, int Document, long Sequence)>();
        for (var place = 0; place < heads.Count; place++)
        {
            var head = heads[place];
            if (cache.TryGet(head.Id, out var known) && known.Document.Revision == head.Revision)
            {
                contents[place] = PackedText.Pack(known.Document.Content.Span);
            }
            else
            {
                wanted.Add((place, head.Number, head.Sequence));
            }
        }

        var states = await ChainReader.ReadAsync(
            dataSource,
            dataset,
            wanted.Select(want => (want.Document, want.Sequence)).ToList(),
            cancellationToken);
        foreach (var (want, state) in wanted.Zip(states))
        {
            // None when the dataset is being erased.
            contents[want.Place] = state is { } found ? PackedText.Pack(found.Content.Span) : null;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection) { Timeout = Limits.AppendTimeoutSeconds };
        batch.Add(LockEnd, dataset);
        batch.Add(
            UpdateHeads,
            dataset,
            heads.Select(head => head.Number).ToArray(),
            heads.Select(head => head.Sequence).ToArray(),
            contents);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private readonly record struct Unsettled(DocumentId Id, int Number, long Sequence, string Revision);
}
