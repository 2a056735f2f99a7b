using System.Globalization;
using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Pages of the transactions that touched one document. The general statement of <see cref="TransactionPages"/> spends
/// most of its time on finding out what else a transaction touched; here the mutations tell, which are read anyway.
/// Only where they leave it open, or are long, a second statement follows.
/// </summary>
/// <remarks>Rows carry no digests.</remarks>
internal static class DocumentPages
{
    /// <summary>
    /// Mutations come along when they are not longer than their share of a page, so that no page needs its sizes added
    /// up by the database. The end of the log is of the same snapshot, and in every row; the only one when nothing was
    /// found.
    /// </summary>
    private const string Page = """
        select end_of_log.sequence, found.number, found.sequence, found.id, found.timestamp, found.author, found.bytes,
            found.mutations
        from eventstore.dataset_head as end_of_log
        left join lateral (
            select wanted.number, touched.sequence, told.*
            from (
                select number from eventstore.document where dataset = $1 and document.id = $2 offset 0
            ) as wanted
            cross join lateral (
                select sequence from eventstore.effect
                where dataset = $1 and document = wanted.number and sequence between $3 and $4
                order by sequence {0} limit $5
            ) as touched
            cross join lateral (
                select id, timestamp, author, {1} from eventstore.transaction
                where dataset = $1 and transaction.sequence = touched.sequence
                offset 0
            ) as told
        ) as found on true
        where end_of_log.dataset = $1
        order by found.sequence {0}
        """;

    private const string Mutations = """
        octet_length(mutations) as bytes, case when octet_length(mutations) <= $6 then mutations end as mutations
        """;

    private const string NoMutations = "0 as bytes, case when $6 > 0 then ''::bytea end as mutations";

    private const string SelectLong = """
        select wanted.sequence, long.mutations
        from unnest($2::bigint[]) as wanted (sequence)
        cross join lateral (
            select mutations from eventstore.transaction where dataset = $1 and sequence = wanted.sequence offset 0
        ) as long
        """;

    private const string SelectTouched = """
        select wanted.sequence, document.number, document.id
        from unnest($2::bigint[]) as wanted (sequence)
        cross join lateral (
            select effect.document from eventstore.effect where dataset = $1 and sequence = wanted.sequence offset 0
        ) as touched
        cross join lateral (
            select number, id from eventstore.document where dataset = $1 and number = touched.document offset 0
        ) as document
        order by wanted.sequence, document.id
        """;

    private static readonly string Forward = Format(Page, "asc", Mutations);
    private static readonly string Backward = Format(Page, "desc", Mutations);
    private static readonly string ForwardAlone = Format(Page, "asc", NoMutations);
    private static readonly string BackwardAlone = Format(Page, "desc", NoMutations);

    /// <summary>Whether these pages have what a query asks for.</summary>
    public static bool Serve(TransactionQuery query) =>
        query is { Documents.Count: 1, Authors: null, IncludeEffects: false }
        && (query.Mutations != MutationDetail.None || IsAboutOne(query));

    /// <summary>One page in the query's order; empty when there is nothing (more).</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="query">Which transactions, direction, and how much of each.</param>
    /// <param name="most">More transactions than these are not needed.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public static async Task<TransactionPage> ReadAsync(
        NpgsqlDataSource dataSource,
        Dataset dataset,
        TransactionQuery query,
        long most,
        CancellationToken cancellationToken)
    {
        var count = Math.Min(most, Limits.DocumentPageTransactions);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (page, open) = await ReadRowsAsync(connection, dataset, query, count, cancellationToken);
        if (open.Count > 0)
        {
            await CompleteAsync(connection, dataset, page.Rows, open, cancellationToken);
        }

        return page;
    }

    /// <summary>
    /// Whether other documents of a transaction are nobody's business. Where some may not be seen, whether a
    /// transaction may be is decided by all that it touched.
    /// </summary>
    private static bool IsAboutOne(TransactionQuery query) => query is { OnlyIdentifiedDocuments: true, Visible: null };

    private static async Task<(TransactionPage Page, List<OpenRow> Open)> ReadRowsAsync(
        NpgsqlConnection connection,
        Dataset dataset,
        TransactionQuery query,
        long count,
        CancellationToken cancellationToken)
    {
        var document = query.Documents![0];
        await using var command = connection.CreateCommand(
            Statement(query),
            dataset,
            document.Value,
            query.FromSequence,
            query.ToSequence,
            count,
            Limits.PageBytes / count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (rows, open) = (new List<TransactionRow>(), new List<OpenRow>());
        var (head, bytes, isCut) = ((long?)null, 0L, false);
        while (await reader.ReadAsync(cancellationToken))
        {
            head = reader.GetInt64(0);
            isCut = bytes >= Limits.PageBytes;
            if (isCut || reader.IsDBNull(1))
            {
                continue;
            }

            bytes += reader.GetInt32(6);
            var isLong = reader.IsDBNull(7);
            var row = new TransactionRow(
                reader.GetInt64(2),
                TransactionId.Parse(reader.GetString(3)),
                reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetString(5),
                isLong ? [] : reader.GetFieldValue<byte[]>(7),
                [],
                []);
            var isKnown = AddEffects(row, query, new(reader.GetInt32(1), document, [], []), isLong);
            if (isLong || !isKnown)
            {
                open.Add(new(rows.Count, isLong, isKnown));
            }

            rows.Add(row);
        }

        var page = new TransactionPage(
            rows, !isCut && rows.Count < count, head ?? throw new DatasetNotFoundException(dataset));
        return (page, open);
    }

    /// <summary>
    /// Adds what the transaction touched, if that can be told: a document that its mutations name, but not every such
    /// document. One that is stored as what the transaction made of it was touched.
    /// </summary>
    private static bool AddEffects(TransactionRow row, TransactionQuery query, EffectRow own, bool isLong)
    {
        if (IsAboutOne(query))
        {
            row.Effects.Add(own);
            return true;
        }

        if (isLong
            || RecordedMutations.Touched(row.UnpackMutations(), own.DocumentId) is not { } touched
            || (touched.Count > 1 && query.Mutations == MutationDetail.Full))
        {
            // Whole mutations are rebuilt from documents, which are found by their numbers.
            return false;
        }

        row.Effects.AddRange(touched.Select(id => id == own.DocumentId ? own : new EffectRow(0, id, [], [])));
        return true;
    }

    private static async Task CompleteAsync(
        NpgsqlConnection connection,
        Dataset dataset,
        List<TransactionRow> rows,
        List<OpenRow> open,
        CancellationToken cancellationToken)
    {
        var places = open.ToDictionary(row => rows[row.Place].Sequence, row => row.Place);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(SelectLong, dataset, Sequences(row => row.IsLong));
        batch.Add(SelectTouched, dataset, Sequences(row => !row.IsKnown));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var place = places[reader.GetInt64(0)];
            rows[place] = rows[place] with { PackedMutations = reader.GetFieldValue<byte[]>(1) };
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = DocumentId.Parse(reader.GetString(2));
            rows[places[reader.GetInt64(0)]].Effects.Add(new(reader.GetInt32(1), id, [], []));
        }

        long[] Sequences(Func<OpenRow, bool> which) =>
            [.. open.Where(which).Select(row => rows[row.Place].Sequence)];
    }

    private static string Statement(TransactionQuery query) => (query.Mutations, query.Reverse) switch
    {
        (MutationDetail.None, false) => ForwardAlone,
        (MutationDetail.None, true) => BackwardAlone,
        (_, false) => Forward,
        (_, true) => Backward,
    };

    private static string Format(string text, params object[] parts) =>
        string.Format(CultureInfo.InvariantCulture, text, parts);

    /// <summary>A row that something is missing of.</summary>
    private readonly record struct OpenRow(int Place, bool IsLong, bool IsKnown);
}
