using EventStore.Log.Documents;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Reads one document as of a time without looking for the sequence of that time: it goes back over the document's own
/// effects from where the time is known to have passed, and takes the first one that is old enough. Few documents have
/// changed often between two marks (<see cref="TimeMarks"/>), so that is mostly one look-up instead of one for each
/// halving of the log. It goes a bounded way; whoever asked then has the general way.
/// </summary>
internal static class TimedDocumentReader
{
    /// <summary>
    /// One row a link, oldest first; one without a document when none was found. Who finds no row at all looked into a
    /// dataset that is gone.
    /// </summary>
    private static readonly string SelectChain = $"""
        select found.*
        from eventstore.dataset_head as end_of_log
        left join lateral (
            select effect.sequence as link, last.sequence, last.id, last.timestamp, {ChainReader.LinkColumns} as content
            from (
                select number as document from eventstore.document where dataset = $1 and id = $2 offset 0
            ) as want
            cross join lateral (
                select near.sequence, made.id, made.timestamp
                from (
                    select sequence from eventstore.effect
                    where dataset = $1 and document = want.document and sequence <= $4
                    order by sequence desc limit {Limits.TimeSteps}
                ) as near
                cross join lateral (
                    select id, timestamp from eventstore.transaction
                    where dataset = $1 and transaction.sequence = near.sequence and timestamp <= $3
                    offset 0
                ) as made
                order by near.sequence desc limit 1
            ) as last
            {ChainReader.LinksFromKeyframe}
        ) as found on true
        where end_of_log.dataset = $1
        order by found.link
        """;

    /// <returns>The document, or that it did not exist; null when that would take too many steps back to
    /// tell.</returns>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public static async Task<IReadOnlyList<DocumentSnapshot>?> ReadAsync(
        NpgsqlDataSource dataSource,
        TimeMarks marks,
        Dataset dataset,
        string id,
        DateTimeOffset time,
        CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectChain, dataset, id, time, marks.Bound(dataset, time));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new DatasetNotFoundException(dataset);
        }

        if (reader.IsDBNull(0))
        {
            return null;
        }

        var (sequence, revision) = (reader.GetInt64(1), reader.GetString(2));
        if (reader.GetFieldValue<DateTimeOffset>(3) is var made && made > DateTimeOffset.MinValue)
        {
            marks.Learn(dataset, made - TransactionTime.Precision, sequence - 1);
        }

        using var chain = new DocumentChain();
        do
        {
            chain.Follow(PackedText.Unpack(reader.GetFieldValue<byte[]>(5)), isWhole: reader.GetBoolean(4));
        }
        while (await reader.ReadAsync(cancellationToken));

        return chain.ToState() is { IsEmpty: false } state
            ? [new(DocumentId.Parse(id), sequence, revision, state)]
            : [];
    }
}
