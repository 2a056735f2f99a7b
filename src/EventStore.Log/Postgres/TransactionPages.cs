using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>Reads transactions and their effects page by page; a page ends by count or by bytes.</summary>
internal static class TransactionPages
{
    private const string Columns = "sequence, id, timestamp, author, mutations, mutations_digest, digest";

    private const string SelectFromDataset = """
        select * from eventstore.transaction
        where dataset = $1 and sequence between $2 and $3 and ($4::text[] is null or author = any($4))
        """;

    /// <summary>
    /// The first transactions of all documents together are among the first of each of them, which its index gives in
    /// order.
    /// </summary>
    private const string SelectFromDocuments = """
        select transaction.* from (
            select distinct touched.sequence
            from unnest($7::integer[]) as want (document)
            cross join lateral (
                select effect.sequence
                from eventstore.effect
                join eventstore.transaction
                    on transaction.dataset = effect.dataset and transaction.sequence = effect.sequence
                where effect.dataset = $1 and effect.document = want.document and effect.sequence between $2 and $3
                    and ($4::text[] is null or transaction.author = any($4))
                order by effect.sequence {0} limit $5
            ) as touched
        ) as chosen
        join eventstore.transaction on transaction.dataset = $1 and transaction.sequence = chosen.sequence
        """;

    private const string Page = """
        select {1} from (
            select page.*,
                sum(octet_length(page.mutations) + size.bytes) over (order by page.sequence {0})
                    - octet_length(page.mutations) - size.bytes as bytes_before
            from ({2} order by sequence {0} limit $5) as page
            cross join lateral (
                select coalesce(sum(octet_length(effect.apply) + octet_length(effect.revert)), 0) as bytes
                from eventstore.effect where effect.dataset = $1 and effect.sequence = page.sequence
            ) as size
        ) as measured
        where bytes_before < $6
        order by sequence {0}
        """;

    private static readonly string DatasetForward = Compose(SelectFromDataset, "asc");
    private static readonly string DatasetReverse = Compose(SelectFromDataset, "desc");
    private static readonly string DocumentsForward = Compose(SelectFromDocuments, "asc");
    private static readonly string DocumentsReverse = Compose(SelectFromDocuments, "desc");

    private const string SelectEffects = """
        select effect.sequence, document.number, document.id, effect.apply, effect.revert
        from eventstore.effect
        join eventstore.document on document.dataset = effect.dataset and document.number = effect.document
        where effect.dataset = $1 and effect.sequence = any($2)
        order by effect.sequence, document.id
        """;

    private const string SelectTouched = """
        select effect.sequence, document.number, document.id, '\x00'::bytea, '\x00'::bytea
        from eventstore.effect
        join eventstore.document on document.dataset = effect.dataset and document.number = effect.document
        where effect.dataset = $1 and effect.sequence = any($2)
        order by effect.sequence, document.id
        """;

    private const string SelectNumbers = """
        select number from eventstore.document where dataset = $1 and id = any($2)
        """;

    /// <summary>Numbers of those documents that were ever touched.</summary>
    public static async Task<int[]> FindDocumentsAsync(
        NpgsqlDataSource dataSource,
        Dataset dataset,
        IReadOnlyList<DocumentId> ids,
        CancellationToken cancellationToken)
    {
        var values = ids.Select(id => id.Value).Distinct().ToArray();
        await using var command = dataSource.CreateCommand(SelectNumbers, dataset, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            numbers.Add(reader.GetInt32(0));
        }

        return numbers.ToArray();
    }

    /// <summary>One page in the query's order; empty when there is nothing (more).</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="query">Bounds, authors, direction, and whether effects carry their patches.</param>
    /// <param name="documents">Numbers of the documents to look at; null for the whole dataset.</param>
    /// <param name="count">At most this many transactions.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public static async Task<List<TransactionRow>> ReadAsync(
        NpgsqlDataSource dataSource,
        Dataset dataset,
        TransactionQuery query,
        int[]? documents,
        long count,
        CancellationToken cancellationToken)
    {
        var sql = (documents is null, query.Reverse) switch
        {
            (true, false) => DatasetForward,
            (true, true) => DatasetReverse,
            (false, false) => DocumentsForward,
            (false, true) => DocumentsReverse,
        };
        var parameters = new List<object>
        {
            query.FromSequence,
            query.ToSequence,
            query.Authors is null ? DBNull.Value : query.Authors.ToArray(),
            count,
            (decimal)Limits.PageBytes,
        };
        if (documents is not null)
        {
            parameters.Add(documents);
        }

        var rows = new List<TransactionRow>();
        await using (var command = dataSource.CreateCommand(sql, dataset, parameters))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(new(
                    reader.GetInt64(0),
                    TransactionId.Parse(reader.GetString(1)),
                    reader.GetFieldValue<DateTimeOffset>(2),
                    reader.GetString(3),
                    reader.GetFieldValue<byte[]>(4),
                    reader.GetFieldValue<byte[]>(5),
                    reader.GetFieldValue<byte[]>(6)));
            }
        }

        await ReadEffectsAsync(dataSource, dataset, rows, query.IncludeEffects, cancellationToken);
        return rows;
    }

    private static async Task ReadEffectsAsync(
        NpgsqlDataSource dataSource,
        Dataset dataset,
        List<TransactionRow> rows,
        bool withPatches,
        CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var bySequence = rows.ToDictionary(row => row.Sequence);
        await using var command = dataSource.CreateCommand(
            withPatches ? SelectEffects : SelectTouched, dataset, bySequence.Keys.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            bySequence[reader.GetInt64(0)].Effects.Add(new(
                reader.GetInt32(1),
                DocumentId.Parse(reader.GetString(2)),
                reader.GetFieldValue<byte[]>(3),
                reader.GetFieldValue<byte[]>(4)));
        }
    }

    private static string Compose(string source, string direction) =>
        string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            Page,
            direction,
            Columns,
            string.Format(System.Globalization.CultureInfo.InvariantCulture, source, direction));
}
