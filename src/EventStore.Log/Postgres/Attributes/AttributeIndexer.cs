using System.Diagnostics;
using EventStore.Log.Documents;
using EventStore.Log.Projections.Attributes;
using Npgsql;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>
/// Lets attribute indexes follow the log, and builds the paths that queries have asked for. One process at a time does
/// it for a dataset: it holds an advisory lock, which goes with its connection. Every step is one database transaction
/// that leaves the index true at a sequence, for all documents of complete paths and for those up to some id of paths
/// that are being built. Writers are never waited for nor held up.
/// </summary>
/// <remarks>
/// A document's entries follow from its content. So those to be deleted are not looked for: they are computed from the
/// document as it was at the sequence that the index is true at.
/// </remarks>
public sealed class AttributeIndexer(NpgsqlDataSource dataSource, AttributePolicy policy)
{
    /// <summary>First half of the advisory lock's key; the second is the dataset's number.</summary>
    private const int LockClass = 0x4174_7472;

    private const string TryLock = "select pg_try_advisory_lock($2, $1)";
    private const string Unlock = "select pg_advisory_unlock($2, $1)";
    private const string SelectEnd = "select sequence, documents from eventstore.dataset_head where dataset = $1";

    /// <summary>
    /// Documents that were changed by the next transactions, as many as have a given number of effects; at least one.
    /// </summary>
    private const string SelectChanged = """
        with last as materialized (
            select max(sequence) as sequence from (
                select sequence from eventstore.effect
                where dataset = $1 and sequence > $2 and sequence <= $3
                order by sequence limit $4
            ) as next
        ),
        changed as materialized (
            select distinct effect.document
            from last cross join eventstore.effect
            where effect.dataset = $1 and effect.sequence > $2 and effect.sequence <= last.sequence
        )
        select document.id, document.number, coalesce(last.sequence, $3)
        from last left join (changed cross join lateral (
            select id, number from eventstore.document where dataset = $1 and number = changed.document limit 1
        ) as document) on true
        """;

    private const string SelectLagging = """
        select dataset.project_id, dataset.name, dataset.number, end_of_log.sequence, end_of_log.documents,
            exists (
                select from eventstore.head
                where head.dataset = dataset.number and head.unsettled)
        from eventstore.dataset
        join eventstore.dataset_head as end_of_log on end_of_log.dataset = dataset.number
        left join eventstore.attribute_state as state on state.dataset = dataset.number
        where dataset.deleted_at is null and (
            (state.sequence is null and end_of_log.documents >= $1)
            or state.format <> $2
            or state.sequence < end_of_log.sequence
            or (state.sequence is not null and exists (
                select from eventstore.attribute_path as path
                where path.dataset = dataset.number and (path.built_up_to is not null or path.dropped))))
        order by dataset.number
        """;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly DocumentReader _documents = new(dataSource);
    private readonly DatasetReader _datasets = new(dataSource);

    /// <summary>The datasets whose indexes are not what they should be.</summary>
    public async Task<IReadOnlyList<LaggingIndex>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectLagging);
        command.Parameters.Add(new() { Value = policy.LeastDocuments });
        command.Parameters.Add(new() { Value = AttributeKeys.Format });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lagging = new List<LaggingIndex>();
        while (await reader.ReadAsync(cancellationToken))
        {
            lagging.Add(new(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetInt32(2),
                reader.GetInt64(3),
                reader.GetInt32(4),
                reader.GetBoolean(5)));
        }

        return lagging;
    }

    /// <summary>Brings an index up to the end of the log and builds what is asked for.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="asked">Paths that queries have asked for.</param>
    /// <param name="time">About how long to go on; what is left is for the next call.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>Whether nothing is left to do; null when another process is at it.</returns>
    public Task<bool?> AdvanceAsync(
        Dataset dataset, IEnumerable<AttributePath> asked, TimeSpan time, CancellationToken cancellationToken) =>
        AdvanceAsync(dataset, asked, time, reset: false, cancellationToken);

    /// <summary>Makes an index anew, with the same paths, once no other process is at it.</summary>
    public async Task RebuildAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        while (await AdvanceAsync(dataset, [], TimeSpan.MaxValue, reset: true, cancellationToken) is null)
        {
            await Task.Delay(RetryInterval, cancellationToken);
        }
    }

    private async Task<bool?> AdvanceAsync(
        Dataset dataset,
        IEnumerable<AttributePath> asked,
        TimeSpan time,
        bool reset,
        CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await LockAsync(connection, TryLock, dataset, cancellationToken))
        {
            return null;
        }

        try
        {
            foreach (var path in asked)
            {
                await AttributeStore.AskAsync(connection, dataset, path, policy.Paths, cancellationToken);
            }

            await AttributeStore.DropUnaskedAsync(connection, dataset, policy.KeptFor, cancellationToken);
            if (reset)
            {
                await AttributeStore.ResetAsync(connection, dataset, cancellationToken);
            }

            var started = Stopwatch.GetTimestamp();
            while (await StepAsync(connection, dataset, cancellationToken))
            {
                if (Stopwatch.GetElapsedTime(started) > time)
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            await LockAsync(connection, Unlock, dataset, CancellationToken.None);
        }
    }

    private static async Task<bool> LockAsync(
        NpgsqlConnection connection, string sql, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(sql, dataset, LockClass);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Does the most urgent thing; false when there is none.</summary>
    private async Task<bool> StepAsync(
        NpgsqlConnection connection, Dataset dataset, CancellationToken cancellationToken)
    {
        if (await ReadEndAsync(connection, dataset, cancellationToken) is not { } end)
        {
            return false;
        }

        var layout = await AttributeStore.ReadAsync(dataSource, dataset, cancellationToken);
        if (layout is null)
        {
            if (end.Documents < policy.LeastDocuments)
            {
                return false;
            }

            // What a reset has left, if it was interrupted.
            await AttributeStore.ResetAsync(connection, dataset, cancellationToken);
            await AttributeStore.StartAsync(connection, dataset, cancellationToken);
            return true;
        }

        if (layout.State.Format != AttributeKeys.Format)
        {
            await AttributeStore.ResetAsync(connection, dataset, cancellationToken);
            return true;
        }

        if (layout.State.Sequence < end.Sequence)
        {
            return await FollowAsync(connection, dataset, layout, end.Sequence, cancellationToken);
        }

        if (layout.Paths.Any(path => !path.IsComplete))
        {
            return await BuildAsync(connection, dataset, layout, cancellationToken);
        }

        if (layout.Dropped.Count > 0)
        {
            await AttributeStore.EraseAsync(connection, dataset, layout.Dropped[0], cancellationToken);
            return true;
        }

        return false;
    }

    private async Task<bool> FollowAsync(
        NpgsqlConnection connection,
        Dataset dataset,
        AttributeLayout layout,
        long end,
        CancellationToken cancellationToken)
    {
        var (changed, sequence) = await ReadChangedAsync(dataset, layout.State.Sequence, end, cancellationToken);
        using var step = new AttributeStep { From = layout.State, Sequence = sequence };
        var types = new AttributeTypes(layout, step);
        var projection = new AttributeProjection(layout.Paths);
        foreach (var slice in changed.Chunk(Limits.IndexedSliceDocuments))
        {
            var numbers = slice.ToDictionary(document => document.Id, document => document.Number);
            await AddAsync(layout.State.Sequence, step.Before);
            await AddAsync(sequence, step.After);

            async Task AddAsync(long asOf, AttributeEntries entries)
            {
                var ids = Array.ConvertAll(slice, document => document.Id);
                foreach (var document in await _documents.ReadAsync(dataset, ids, asOf, cancellationToken))
                {
                    var content = document.Content.Span;
                    var type = types.Number(DocumentContent.Type(content));
                    projection.Add(content, numbers[document.Id], document.Id.Value, type, entries);
                }
            }
        }

        step.Seal();
        return await AttributeStore.WriteAsync(connection, dataset, step, cancellationToken);
    }

    /// <summary>
    /// Adds as many documents as fill a run to the paths that are furthest behind. A run is written in the order of its
    /// keys, so that neighbours in the index are written together.
    /// </summary>
    private async Task<bool> BuildAsync(
        NpgsqlConnection connection, Dataset dataset, AttributeLayout layout, CancellationToken cancellationToken)
    {
        var ends = layout.Paths.Where(path => !path.IsComplete).Select(path => path.BuiltUpTo!).Distinct().ToList();
        ends.Sort(StringComparer.Ordinal);
        var (after, until) = (ends[0], ends.ElementAtOrDefault(1));
        var paths = layout.Paths.Where(path => path.BuiltUpTo == after).ToList();
        var whole = paths.ConvertAll(path => path with { BuiltUpTo = null });
        using var step = new AttributeStep { From = layout.State, Sequence = layout.State.Sequence };
        step.BuiltPaths = paths.ConvertAll(path => path.Number);
        var types = new AttributeTypes(layout, step);
        var projection = new AttributeProjection(whole);
        await foreach (var batch in _datasets.ReadAsync(
            dataset, layout.State.Sequence, after.Length == 0 ? null : after, cancellationToken))
        {
            for (var index = 0; index < batch.Count && step.BuiltUpTo is null; index++)
            {
                var line = batch[index];
                var id = line.Id.Value;
                var type = types.Number(line.Type);
                projection.Add(line.Json.Span, line.Document, id, type, step.After);

                // Where another path is waiting the two go on together.
                var meets = until is not null && string.CompareOrdinal(id, until) >= 0;
                step.BuiltUpTo = meets || step.After.Bytes >= policy.RunBytes ? id : null;
            }

            if (step.BuiltUpTo is not null)
            {
                break;
            }
        }

        step.Seal();
        return await AttributeStore.WriteAsync(connection, dataset, step, cancellationToken);
    }

    private static async Task<(long Sequence, int Documents)?> ReadEndAsync(
        NpgsqlConnection connection, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(SelectEnd, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetInt32(1)) : null;
    }

    private async Task<(List<(DocumentId Id, int Number)> Changed, long Sequence)> ReadChangedAsync(
        Dataset dataset, long after, long end, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectChanged, dataset, after, end, policy.StepEffects);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (changed, sequence) = (new List<(DocumentId, int)>(), end);
        while (await reader.ReadAsync(cancellationToken))
        {
            sequence = reader.GetInt64(2);
            if (!await reader.IsDBNullAsync(0, cancellationToken))
            {
                changed.Add((DocumentId.Parse(reader.GetString(0)), reader.GetInt32(1)));
            }
        }

        return (changed, sequence);
    }
}
