using System.Globalization;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>The statements that read an attribute index.</summary>
internal static class AttributeStatements
{
    /// <summary>
    /// One statement, so that all it finds is of one state. Look-ups that must not become scans of whole tables stand
    /// in subqueries with a limit of their own. Parameters are selected rather than named, so that the database does
    /// not find a plan for their values cheaper than its general one, and plan every time.
    /// </summary>
    private const string Select = """
        with moment as materialized (
            select end_of_log.sequence as head, end_of_log.documents, state.sequence as indexed, state.generation,
                coalesce((select $5::bigint), end_of_log.sequence) as at
            from eventstore.dataset_head as end_of_log
            left join eventstore.attribute_state as state on state.dataset = end_of_log.dataset
            where end_of_log.dataset = (select $1)
        ),
        entry as materialized (
            select wanted.place, found.key, found.document
            from unnest((select $2::bytea[]), (select $3::bytea[])) with ordinality as wanted (low, high, place)
            cross join lateral (
                select key, document from eventstore.attribute_entry
                where dataset = (select $1) and key >= wanted.low and key < wanted.high
                order by key {0} limit (select $4)
            ) as found
            limit (select $7)
        ),
        change as materialized (
            select found.document
            from moment cross join lateral (
                select document from eventstore.effect
                where dataset = (select $1) and sequence > least(indexed, at) and sequence <= greatest(indexed, at)
                order by sequence limit (select $6)
            ) as found
        ),
        tail as materialized (
            select distinct document from change
        )
        select -2::bigint as place, null::bytea as key, head as sequence, null::text as id, null::text as revision,
            null::bytea as content, documents, indexed, generation, (select count(*) from change) as changes
        from moment
        union all
        select entry.place, entry.key, {1}, null, null, null, null
        from entry {2}
        union all
        select -1, null, {3}, null, null, null, null
        from tail cross join lateral (
            select id from eventstore.document where dataset = (select $1) and number = tail.document limit 1
        ) as named {4}
        """;

    /// <summary>The number of documents is where heads tell whether the document is deleted.</summary>
    private const string HeadColumns = "current.sequence, {0}, current.revision, current.content";

    private const string CurrentHead = """
        cross join lateral (
            select sequence, revision, content from eventstore.head
            where dataset = (select $1) and document = {0}.document limit 1
        ) as current
        """;

    /// <summary>
    /// Ranges and their documents, when nothing was changed since the index was true: that is what the first row tells,
    /// and all others are right only then. It takes two thirds of the time of the other, and half with one range.
    /// </summary>
    private const string SelectSettled = """
        select -2::bigint as place, null::bytea as key, end_of_log.sequence, null::text as id, null::text as revision,
            null::bytea as content, end_of_log.documents, state.sequence as indexed, state.generation,
            0::bigint as changes
        from eventstore.dataset_head as end_of_log
        left join eventstore.attribute_state as state on state.dataset = end_of_log.dataset
        where end_of_log.dataset = $1
        union all
        (select {0}, entry.key, current.sequence, null, current.revision, current.content, null, null, null, null
        from {1} as entry
        cross join lateral (
            select sequence, revision, content from eventstore.head
            where dataset = (select $1) and document = entry.document limit 1
        ) as current {2})
        """;

    private const string OneRange = """
        (
            select key, document from eventstore.attribute_entry
            where dataset = (select $1) and key >= (select $2) and key < (select $3)
            order by key {0} limit (select $4)
        )
        """;

    private const string SeveralRanges = """
        unnest((select $2::bytea[]), (select $3::bytea[])) with ordinality as wanted (low, high, place)
        cross join lateral (
            select key, document from eventstore.attribute_entry
            where dataset = (select $1) and key >= wanted.low and key < wanted.high
            order by key {0} limit (select $4)
        )
        """;

    public static readonly string Ascending = Compose("asc", withDocuments: false);
    public static readonly string Descending = Compose("desc", withDocuments: false);
    public static readonly string AscendingDocuments = Compose("asc", withDocuments: true);
    public static readonly string DescendingDocuments = Compose("desc", withDocuments: true);
    public static readonly string SettledAscending = OfOne("asc");
    public static readonly string SettledDescending = OfOne("desc");
    public static readonly string SettledSeveralAscending = OfSeveral("asc");
    public static readonly string SettledSeveralDescending = OfSeveral("desc");

    private static string OfOne(string direction) => Format(SelectSettled, "1", Format(OneRange, direction), "");

    private static string OfSeveral(string direction) =>
        Format(SelectSettled, "wanted.place", Format(SeveralRanges, direction), "limit (select $5)");

    private static string Compose(string direction, bool withDocuments)
    {
        var nothing = "null::bigint, {0}, null::text, null::bytea";
        var columns = withDocuments ? HeadColumns : nothing;
        return Format(
            Select,
            direction,
            Format(columns, "null::text"),
            withDocuments ? Format(CurrentHead, "entry") : "",
            Format(columns, "named.id"),
            withDocuments ? Format(CurrentHead, "tail") : "");
    }

    private static string Format(string text, params string[] parts) =>
        string.Format(CultureInfo.InvariantCulture, text, parts);
}
