using System.Collections.Concurrent;
using System.Globalization;
using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Reads transactions page by page. A page ends by count or by the bytes it returns; what was not asked for is neither
/// measured nor read.
/// </summary>
internal static class TransactionPages
{
    /// <summary>
    /// Comes after the page, whose rows are erased only when this finds nothing: so the page is whole. What was
    /// appended in between is not missed either, since it is not before the end of this page.
    /// </summary>
    private const string SelectHead = "select sequence from eventstore.dataset_head where dataset = $1";

    private const string FromDataset = """
        select * from eventstore.transaction
        where dataset = $1 and sequence between $2 and $3 and ($4::text[] is null or author = any($4))
        """;

    /// <summary>
    /// The first transactions of all documents together are among the first of each of them, which its index gives in
    /// order.
    /// </summary>
    private const string FromDocuments = """
        select transaction.* from (
            select distinct touched.sequence
            from eventstore.document as wanted
            cross join lateral (
                select effect.sequence
                from eventstore.effect {2}
                where effect.dataset = $1 and effect.document = wanted.number and effect.sequence between $2 and $3
                order by effect.sequence {0} limit $5
            ) as touched
            where wanted.dataset = $1 and wanted.id {1}
        ) as chosen
        join eventstore.transaction on transaction.dataset = $1 and transaction.sequence = chosen.sequence
        """;

    /// <summary>Transactions are looked into only where somebody asks for authors; the parameter stays.</summary>
    private const string OfAnybody = "cross join lateral (select where $4::text[] is null) as anybody";

    private const string OfAuthors = """
        join eventstore.transaction on transaction.dataset = effect.dataset
            and transaction.sequence = effect.sequence and transaction.author = any($4)
        """;

    private const string Page = """
        select measured.sequence, measured.id, timestamp, author, mutations_digest, digest, found,
            {1}, touched.numbers, touched.ids
        from (
            select page.*, count(*) over () as found, {2} as bytes_before
            from ({3} order by sequence {0} limit $5) as page
            cross join lateral (select {4} as bytes) as size
        ) as measured
        cross join lateral ({5}) as touched
        where bytes_before < $6
        order by measured.sequence {0}
        """;

    private const string RunningBytes = "sum(size.bytes) over (order by page.sequence {0}) - size.bytes";
    private const string MutationBytes = "octet_length(page.mutations)";

    private const string EffectBytes = """
        coalesce((
            select sum(octet_length(effect.apply) + octet_length(effect.revert))
            from eventstore.effect where effect.dataset = $1 and effect.sequence = page.sequence), 0)
        """;

    /// <summary>
    /// The ids of the documents come with the transaction: most questions take one round trip. They are put in order
    /// by whoever reads them: two sorts for each transaction would be half the work of a page.
    /// </summary>
    private const string Touched = """
        select coalesce(array_agg(document.number), '{}') as numbers, coalesce(array_agg(document.id), '{}') as ids
        from eventstore.effect
        join eventstore.document on document.dataset = $1 and document.number = effect.document
        where effect.dataset = $1 and effect.sequence = measured.sequence
        """;

    private const string TouchedIdentified = " and document.id {0}";

    /// <summary>One document has statements of its own, for the reason given in <see cref="MomentReader"/>.</summary>
    private const string IsOne = "= $7";

    private const string IsOneOfSeveral = "= any($7)";

    private const string Untouched = "select '{}'::integer[] as numbers, '{}'::text[] as ids";

    private const string SelectEffects = """
        select effect.sequence, document.number, document.id, effect.apply, effect.revert
        from eventstore.effect
        join eventstore.document on document.dataset = effect.dataset and document.number = effect.document
        where effect.dataset = $1 and effect.sequence = any($2)
        order by effect.sequence, document.id
        """;

    private static readonly ConcurrentDictionary<StatementKind, string> Statements = new();

    /// <summary>One page in the query's order; empty when there is nothing (more).</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="query">Which transactions, direction, and how much of each.</param>
    /// <param name="count">At most this many transactions.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public static async Task<TransactionPage> ReadAsync(
        NpgsqlDataSource dataSource,
        Dataset dataset,
        TransactionQuery query,
        long count,
        CancellationToken cancellationToken)
    {
        var withMutations = query.Mutations != MutationDetail.None;
        var onlyIdentified = query is { OnlyIdentifiedDocuments: true, Documents: not null, Visible: null };
        var ids = query.Documents?.Select(id => id.Value).Distinct().ToArray() ?? [];
        var kind = new StatementKind(
            query.Documents is null,
            query.Reverse,
            withMutations,
            query.IncludeEffects,
            onlyIdentified,
            ids.Length == 1,
            query.Authors is not null);
        var parameters = new List<object>
        {
            query.FromSequence,
            query.ToSequence,
            query.Authors is null ? DBNull.Value : query.Authors.ToArray(),
            count,
            (decimal)Limits.PageBytes,
        };
        if (query.Documents is not null)
        {
            parameters.Add(kind.OneDocument ? ids[0] : ids);
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Statements.GetOrAdd(kind, Compose), dataset, parameters);
        batch.Add(SelectHead, dataset);
        var page = await ReadRowsAsync(batch, dataset, count, cancellationToken);
        if (query.IncludeEffects && page.Rows.Count > 0)
        {
            await ReadEffectsAsync(connection, dataset, page.Rows, cancellationToken);
        }

        return page;
    }

    private static async Task<TransactionPage> ReadRowsAsync(
        NpgsqlBatch batch, Dataset dataset, long count, CancellationToken cancellationToken)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var rows = new List<TransactionRow>();
        var found = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new TransactionRow(
                reader.GetInt64(0),
                TransactionId.Parse(reader.GetString(1)),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetString(3),
                reader.GetFieldValue<byte[]>(7),
                reader.GetFieldValue<byte[]>(4),
                reader.GetFieldValue<byte[]>(5));
            var numbers = reader.GetFieldValue<int[]>(8);
            var ids = reader.GetFieldValue<string[]>(9);
            Array.Sort(ids, numbers, StringComparer.Ordinal);
            for (var index = 0; index < ids.Length; index++)
            {
                row.Effects.Add(new(numbers[index], DocumentId.Parse(ids[index]), [], []));
            }

            rows.Add(row);
            found = reader.GetInt64(6);
        }

        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(rows, rows.Count == found && found < count, reader.GetInt64(0))
            : throw new DatasetNotFoundException(dataset);
    }

    private static async Task ReadEffectsAsync(
        NpgsqlConnection connection, Dataset dataset, List<TransactionRow> rows, CancellationToken cancellationToken)
    {
        var bySequence = rows.ToDictionary(row => row.Sequence);
        await using var command = connection.CreateCommand(SelectEffects, dataset, bySequence.Keys.ToArray());
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

    private static string Compose(StatementKind kind)
    {
        var identified = kind.OneDocument ? IsOne : IsOneOfSeveral;
        var direction = kind.Reverse ? "desc" : "asc";
        var size = (kind.Mutations, kind.Effects) switch
        {
            (true, true) => $"{MutationBytes} + {EffectBytes}",
            (true, false) => MutationBytes,
            (false, true) => EffectBytes,
            _ => "0",
        };
        var isMeasured = kind.Mutations || kind.Effects;
        var authors = kind.Authors ? OfAuthors : OfAnybody;
        return Format(
            Page,
            direction,
            kind.Mutations ? "mutations" : "''::bytea as mutations",
            isMeasured ? Format(RunningBytes, direction) : "0::bigint",
            kind.WholeDataset ? FromDataset : Format(FromDocuments, direction, identified, authors),
            size,
            kind.Effects ? Untouched : kind.OnlyIdentified ? Touched + Format(TouchedIdentified, identified) : Touched);
    }

    private static string Format(string text, params string[] arguments) =>
        string.Format(CultureInfo.InvariantCulture, text, arguments);

    private readonly record struct StatementKind(
        bool WholeDataset,
        bool Reverse,
        bool Mutations,
        bool Effects,
        bool OnlyIdentified,
        bool OneDocument,
        bool Authors);
}
