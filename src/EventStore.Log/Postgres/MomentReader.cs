using System.Globalization;
using EventStore.Log.Documents;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Reads documents as of a moment in one round trip: the same statement finds the moment's sequence, takes those heads
/// that are not younger, and fetches the chains of the others.
/// </summary>
internal static class MomentReader
{
    private const string AtSequence = "select $3::bigint";

    /// <summary>Written like <see cref="HeadLoader"/>'s, so that no other index is taken for this one.</summary>
    private const string AtRevision = """
        select sequence from eventstore.transaction
            where hashtextextended(id, dataset) = hashtextextended($3, $1) and dataset + 0 = $1 and id = $3
        """;

    private const string IsOne = "= $2";
    private const string IsOneOfSeveral = "= any($2)";
    private const string AtEnd = "select sequence from eventstore.dataset_head where dataset = $1";

    /// <summary>
    /// Most reads are of the present, and find settled heads: this takes the database half the time of the statement
    /// for any moment. The sequence comes with every row, and with one without an id when there is no document.
    /// </summary>
    private const string Heads = """
        select end_of_log.sequence, found.id, found.sequence, found.revision, found.deleted, found.content
        from eventstore.dataset_head as end_of_log
        left join lateral (
            select document.id, head.sequence, head.revision, head.deleted, head.content
            from eventstore.document
            cross join lateral (
                select * from eventstore.head where dataset = $1 and head.document = document.number offset 0
            ) as head
            where document.dataset = $1 and document.id {0}
        ) as found on true
        where end_of_log.dataset = $1
        order by found.id
        """;

    /// <summary>
    /// One document that is there: each table, node and sort less is some microseconds less. Without a row it says
    /// nothing, not even whether the dataset is there.
    /// </summary>
    private const string Head = """
        select (select sequence from eventstore.dataset_head where dataset = $1), $2, head.sequence, head.revision,
            head.deleted, head.content
        from eventstore.document
        cross join lateral (
            select * from eventstore.head where dataset = $1 and head.document = document.number offset 0
        ) as head
        where document.dataset = $1 and document.id = $2
        """;

    /// <summary>Timestamps never fall as sequences rise, so halving the log finds the last one in time.</summary>
    private const string AtTime = """
        select low from search where low = high
        """;

    private const string Search = """
        recursive search (low, high) as (
            select 0::bigint, sequence from eventstore.dataset_head where dataset = $1
            union all
            select
                case when transaction.timestamp <= $3 then middle else low end,
                case when transaction.timestamp <= $3 then high else middle - 1 end
            from (select low, high, (low + high + 1) / 2 as middle from search where low < high) as half
            join eventstore.transaction on transaction.dataset = $1 and transaction.sequence = half.middle
        ),
        """;

    /// <summary>A row a head, or a row a link of a chain, oldest first. A head has no link of its own.</summary>
    private const string Documents = $$"""
        with {0} moment (sequence) as materialized ({1}),
        want as materialized (
            select document.number as document, document.id, head.sequence, head.revision, head.deleted, head.content,
                moment.sequence as as_of
            from moment
            cross join eventstore.document
            join eventstore.head on head.dataset = document.dataset and head.document = document.number
            where document.dataset = $1 and document.id {2}
        )
        select id, sequence, revision, null::bigint as link, false as is_keyframe, content
        from want
        where sequence <= as_of and content is not null
        union all
        select want.id, last.sequence, transaction.id, effect.sequence, {{ChainReader.LinkColumns}}
        from want
        {{ChainReader.Links}}
        where want.sequence > want.as_of or (want.content is null and not want.deleted)
        {3}
        order by id, link
        """;

    /// <summary>
    /// The sequence itself, as the last row, since it has no id. There is none when the dataset is gone.
    /// </summary>
    private const string WithMoment = "union all select null, sequence, null, null, false, null from moment";

    /// <summary>The same with the end of the log beside it.</summary>
    private const string WithMomentAndEnd = """
        union all
        select null, moment.sequence, null, dataset_head.sequence, false, null
        from moment cross join eventstore.dataset_head where dataset = $1
        """;

    /// <summary>
    /// Comes after the documents, which are erased only when this finds nothing: so they were all there.
    /// </summary>
    private const string SelectDataset = "select from eventstore.dataset_head where dataset = $1";

    private static readonly StatementPair HeadsAtEnd = new(Format(Heads, IsOne), Format(Heads, IsOneOfSeveral));
    private static readonly StatementPair DocumentsAtEnd = Compose("", AtEnd, WithMoment);
    private static readonly StatementPair DocumentsAtSequence = Compose("", AtSequence);
    private static readonly StatementPair DocumentsAtRevision = Compose("", AtRevision);
    private static readonly StatementPair DocumentsAtTime = Compose(Search, AtTime, WithMomentAndEnd);

    /// <summary>The given documents as of a moment.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="marks">What is known about when transactions were made.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="ids">Which documents.</param>
    /// <param name="moment">When.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Those that exist there, by ascending id; none when the moment names an unknown revision.</returns>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public static async Task<IReadOnlyList<DocumentSnapshot>> ReadAsync(
        NpgsqlDataSource dataSource,
        TimeMarks marks,
        Dataset dataset,
        string[] ids,
        Moment moment,
        CancellationToken cancellationToken)
    {
        if (moment == Moment.Now)
        {
            return (await ReadAtEndAsync(dataSource, dataset, ids, cancellationToken)).Documents;
        }

        if (ids.Length == 1
            && moment.Time is { } when
            && await TimedDocumentReader.ReadAsync(dataSource, marks, dataset, ids[0], when, cancellationToken)
                is { } found)
        {
            return found;
        }

        var (sql, parameter) = moment switch
        {
            { Revision: { } revision } => (DocumentsAtRevision, (object)revision.Value),
            { Time: { } time } => (DocumentsAtTime, time),
            _ => (DocumentsAtSequence, moment.Sequence ?? long.MaxValue),
        };
        await using var batch = dataSource.CreateBatch();
        batch.Add(
            ids.Length == 1 ? sql.OfOne : sql.OfSeveral, dataset, ids.Length == 1 ? ids[0] : ids, parameter);
        batch.Add(SelectDataset, dataset);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var (documents, place) = await ReadRowsAsync(reader, cancellationToken);
        if (moment.Time is { } passed && place is { End: { } end } && place.Value.Sequence < end)
        {
            // What will still be appended may be made at that time, but for what is followed by younger ones already.
            marks.Learn(dataset, passed, place.Value.Sequence);
        }

        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? documents : throw new DatasetNotFoundException(dataset);
    }

    /// <summary>The given documents as of the end of the log, and which sequence that is.</summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public static async Task<(long Sequence, IReadOnlyList<DocumentSnapshot> Documents)> ReadAtEndAsync(
        NpgsqlDataSource dataSource, Dataset dataset, string[] ids, CancellationToken cancellationToken)
    {
        var heads = ids.Length == 1 ? await ReadHeadsAsync(dataSource, Head, dataset, ids, cancellationToken) : default;
        if (heads.End is null)
        {
            var general = ids.Length < 2 ? HeadsAtEnd.OfOne : HeadsAtEnd.OfSeveral;
            heads = await ReadHeadsAsync(dataSource, general, dataset, ids, cancellationToken);
        }

        if (heads is { End: { } end, Documents: { } documents })
        {
            return (end, documents);
        }

        var sql = ids.Length < 2 ? DocumentsAtEnd.OfOne : DocumentsAtEnd.OfSeveral;
        await using var command = dataSource.CreateCommand(sql, dataset, OneOrSeveral(ids));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (rebuilt, place) = await ReadRowsAsync(reader, cancellationToken);
        return (place?.Sequence ?? throw new DatasetNotFoundException(dataset), rebuilt);
    }

    private static StatementPair Compose(string search, string moment, string more = "") => new(
        Format(Documents, search, moment, IsOne, more), Format(Documents, search, moment, IsOneOfSeveral, more));

    private static string Format(string text, params object[] parts) =>
        string.Format(CultureInfo.InvariantCulture, text, parts);

    /// <summary>What heads say.</summary>
    /// <returns>The end of the log, null when the statement found nothing; and the documents, null when a head is not
    /// settled, so that its chain is needed.</returns>
    private static async Task<(long? End, List<DocumentSnapshot>? Documents)> ReadHeadsAsync(
        NpgsqlDataSource dataSource, string sql, Dataset dataset, string[] ids, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql, dataset, OneOrSeveral(ids));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (end, documents) = ((long?)null, new List<DocumentSnapshot>());
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
            {
                // The dataset is being erased.
                return default;
            }

            end = reader.GetInt64(0);
            if (reader.IsDBNull(1) || reader.GetBoolean(4))
            {
                continue;
            }

            if (reader.IsDBNull(5))
            {
                return (end, null);
            }

            documents.Add(new(
                DocumentId.Parse(reader.GetString(1)),
                reader.GetInt64(2),
                reader.GetString(3),
                PackedText.Unpack(reader.GetFieldValue<byte[]>(5))));
        }

        return (end, documents);
    }

    /// <summary>No document has an empty id: so no documents are one that is not there.</summary>
    private static object OneOrSeveral(string[] ids) => ids.Length < 2 ? ids.FirstOrDefault("") : ids;

    /// <summary>Folds the rows of documents; the moment's place is null when no row names it.</summary>
    private static async Task<(List<DocumentSnapshot> Documents, (long Sequence, long? End)? Place)> ReadRowsAsync(
        NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var (documents, place) = (new List<DocumentSnapshot>(), ((long, long?)?)null);
        using var links = new ChainLinks();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
            {
                place = (reader.GetInt64(1), reader.IsDBNull(3) ? null : reader.GetInt64(3));
                continue;
            }

            var id = reader.GetString(0);
            if (id != links.Id)
            {
                links.Finish(documents);
                links.Begin(id);
            }

            links.Sequence = reader.GetInt64(1);
            links.Revision = reader.GetString(2);
            var isWhole = reader.IsDBNull(3) || reader.GetBoolean(4);
            links.Add(PackedText.Unpack(reader.GetFieldValue<byte[]>(5)), isWhole);
        }

        links.Finish(documents);
        return (documents, place);
    }

    /// <summary>
    /// One document has a statement of its own: the database takes an array it does not know to be longer than one, so
    /// it would never find its plan for any array good enough, and plan every time, which takes longer than reading.
    /// </summary>
    private sealed record StatementPair(string OfOne, string OfSeveral);

    /// <summary>The document that rows are being read of.</summary>
    private sealed class ChainLinks : IDisposable
    {
        private readonly DocumentChain _chain = new();

        public string? Id { get; private set; }

        public long Sequence { get; set; }

        public string Revision { get; set; } = "";

        public void Begin(string id)
        {
            Id = id;
            _chain.Restart(default);
        }

        public void Add(byte[] text, bool isWhole) => _chain.Follow(text, isWhole);

        public void Finish(List<DocumentSnapshot> documents)
        {
            if (Id is not null && _chain.ToState() is { IsEmpty: false } state)
            {
                documents.Add(new(DocumentId.Parse(Id), Sequence, Revision, state));
            }
        }

        public void Dispose() => _chain.Dispose();
    }
}
