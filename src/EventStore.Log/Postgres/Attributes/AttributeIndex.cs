using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EventStore.Log.Documents;
using EventStore.Log.Projections.Attributes;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>
/// Finds documents by their attributes. The index follows the log, so an answer names the documents that were changed
/// since as well: together they are all that can be in the ranges asked for, and what is read of them decides.
/// </summary>
public sealed class AttributeIndex(NpgsqlDataSource dataSource)
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

    private static readonly string Ascending = Compose("asc", withDocuments: false);
    private static readonly string Descending = Compose("desc", withDocuments: false);
    private static readonly string AscendingDocuments = Compose("asc", withDocuments: true);
    private static readonly string DescendingDocuments = Compose("desc", withDocuments: true);

    /// <summary>How long it is believed that a dataset has no index that can be used.</summary>
    private static readonly TimeSpan AbsenceBelieved = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<int, Known> _known = new();

    /// <summary>What is indexed of a dataset, as it was when it was last looked up; null when nothing can be
    /// used.</summary>
    public async ValueTask<AttributeLayout?> LayoutAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(dataset.Number, out var known)
            && (known.Layout is not null || Stopwatch.GetElapsedTime(known.Since) < AbsenceBelieved))
        {
            return known.Layout;
        }

        var layout = await AttributeStore.ReadAsync(dataSource, dataset, cancellationToken);
        if (_known.Count >= Limits.RememberedLayouts)
        {
            _known.Clear();
        }

        // One that is still growing is asked for again and again, since its generation changes with every step.
        known = new(layout is { IsUsable: true } ? layout : null, Stopwatch.GetTimestamp());
        _known[dataset.Number] = known;
        return known.Layout;
    }

    /// <summary>Reads an index.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="layout">The layout that the ranges were made for.</param>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Null when the layout is of the past: then a new one is to be asked for, and new ranges made.</returns>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<AttributeAnswer?> ReadAsync(
        Dataset dataset, AttributeLayout layout, AttributeRequest request, CancellationToken cancellationToken)
    {
        var sql = (request.Descending, request.WithDocuments) switch
        {
            (false, false) => Ascending,
            (true, false) => Descending,
            (false, true) => AscendingDocuments,
            (true, true) => DescendingDocuments,
        };
        await using var command = dataSource.CreateCommand(
            sql,
            dataset,
            request.Ranges.Select(range => range.From).ToArray(),
            request.Ranges.Select(range => range.To).ToArray(),
            (long)request.Limit,
            (object?)request.AsOf ?? DBNull.Value,
            request.TailLimit + 1L,
            (long)request.TotalLimit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        AttributeAnswer? answer = null;
        var (entries, tail) = (new List<AttributeCandidate>(), new List<AttributeCandidate>());
        while (await reader.ReadAsync(cancellationToken))
        {
            switch (reader.GetInt64(0))
            {
                case -2 when reader.IsDBNull(8) || reader.GetInt64(8) != layout.State.Generation:
                    Forget(dataset, layout);
                    return null;
                case -2:
                    answer = new(reader.GetInt64(2), reader.GetInt32(6), reader.GetInt64(7))
                    {
                        Entries = entries,
                        Tail = tail,
                        TailIsCut = reader.GetInt64(9) > request.TailLimit,
                    };
                    break;
                case -1:
                    tail.Add(new(-1, DocumentId.Parse(reader.GetString(3)), default, Document(reader, request)));
                    break;
                case var place:
                    var key = reader.GetFieldValue<byte[]>(1);
                    entries.Add(new((int)place - 1, AttributeKeys.Id(key), key, Document(reader, request)));
                    break;
            }
        }

        return answer ?? throw new DatasetNotFoundException(dataset);
    }

    /// <summary>A head that is not younger than the sequence asked for and was settled is the document.</summary>
    private static DocumentSnapshot? Document(NpgsqlDataReader reader, AttributeRequest request)
    {
        if (!request.WithDocuments || reader.IsDBNull(5) || reader.GetInt64(2) > (request.AsOf ?? long.MaxValue))
        {
            return null;
        }

        var id = reader.IsDBNull(3)
            ? AttributeKeys.Id(reader.GetFieldValue<byte[]>(1))
            : DocumentId.Parse(reader.GetString(3));
        return new(id, reader.GetInt64(2), reader.GetString(4), PackedText.Unpack(reader.GetFieldValue<byte[]>(5)));
    }

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

    private void Forget(Dataset dataset, AttributeLayout layout)
    {
        if (_known.TryGetValue(dataset.Number, out var known) && known.Layout == layout)
        {
            _known.TryRemove(new(dataset.Number, known));
        }
    }

    private sealed record Known(AttributeLayout? Layout, long Since);
}
