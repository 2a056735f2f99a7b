using EventStore.Log.Projections.Attributes;
using Npgsql;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>Reads and writes the tables of the attribute index.</summary>
internal static class AttributeStore
{
    private const string SelectState = """
        select sequence, format, generation from eventstore.attribute_state where dataset = $1
        """;

    private const string SelectTypes = "select name, number from eventstore.attribute_type where dataset = $1";

    private const string SelectPaths = """
        select number, names, built_up_to, dropped from eventstore.attribute_path where dataset = $1 order by number
        """;

    /// <summary>Everything is numbered anew by whoever goes on from here.</summary>
    private const string InsertState = """
        with started as (
            insert into eventstore.attribute_state (dataset, sequence, format, generation)
            select dataset, sequence, $2, floor(extract(epoch from clock_timestamp()) * 1000)
            from eventstore.dataset_head where dataset = $1
            on conflict do nothing returning dataset
        )
        insert into eventstore.attribute_path (dataset, number, names, built_up_to, asked_at)
        select started.dataset, path.number, string_to_array(path.names, '.'), '', 'infinity'
        from started cross join unnest($3::integer[], $4::text[]) as path (number, names)
        on conflict (dataset, number) do update set built_up_to = '', dropped = false
        """;

    private const string Advance = """
        update eventstore.attribute_state set sequence = $4, generation = generation + $5
        where dataset = $1 and sequence = $2 and generation = $3
        """;

    private const string InsertTypes = """
        insert into eventstore.attribute_type (dataset, number, name)
        select $1, number, name from unnest($2::integer[], $3::text[]) as type (number, name)
        """;

    /// <summary>By place, so that the database cannot think it better to look at all rows.</summary>
    private const string DeleteEntries = """
        delete from eventstore.attribute_entry where ctid = any (array(
            select stored.ctid
            from unnest($2::bytea[]) as gone (key)
            cross join lateral (
                select entry.ctid from eventstore.attribute_entry as entry
                where entry.dataset = $1 and entry.key = gone.key limit 1
            ) as stored))
        """;

    private const string InsertEntries = """
        insert into eventstore.attribute_entry (dataset, document, key)
        select $1, document, key from unnest($2::integer[], $3::bytea[]) as entry (document, key)
        on conflict (dataset, key) do update set document = excluded.document
        """;

    private const string UpdateBuilt = """
        update eventstore.attribute_path set built_up_to = $3 where dataset = $1 and number = any($2)
        """;

    private const string DeletePortion = """
        delete from eventstore.attribute_entry where ctid = any (array(
            select ctid from eventstore.attribute_entry
            where dataset = $1 and key >= $2 and key < $3 order by key limit $4))
        """;

    private const string ForgetPath = """
        delete from eventstore.attribute_path where dataset = $1 and number = $2 and dropped
        """;

    private const string ForgetState = "delete from eventstore.attribute_state where dataset = $1";

    private const string ForgetTypes = "delete from eventstore.attribute_type where dataset = $1";

    private const string ForgetBuilt = "update eventstore.attribute_path set built_up_to = '' where dataset = $1";

    private const string DropUnasked = """
        update eventstore.attribute_path set dropped = true
        where dataset = $1 and not dropped and asked_at < now() - $2::interval
        """;

    private const string RaiseGeneration = """
        update eventstore.attribute_state set generation = generation + 1 where dataset = $1
        """;

    /// <summary>The smallest number that is free; numbers of dropped paths are so once their entries are gone.</summary>
    private const string AskPath = """
        with known as (
            update eventstore.attribute_path set asked_at = now()
            where dataset = $1 and names = $2 and not dropped returning number
        )
        insert into eventstore.attribute_path (dataset, number, names, built_up_to, asked_at)
        select $1, free.number, $2, '', now()
        from generate_series($3::integer, $3 + $4 - 1) as free (number)
        where not exists (select from known) and free.number not in (
            select number from eventstore.attribute_path where dataset = $1)
        order by free.number limit 1
        """;

    /// <summary>Behind every key: numbers of types do not come near.</summary>
    private static readonly byte[] Last = [0xFF, 0xFF, 0xFF];

    private static readonly (int Number, string Names)[] BuiltIn =
    [
        (AttributeKeys.Existence, "_id"),
        (AttributeKeys.References, "_ref"),
        (AttributeKeys.FirstPath, AttributePath.CreatedAt.ToString()),
        (AttributeKeys.FirstPath + 1, AttributePath.UpdatedAt.ToString()),
    ];

    /// <summary>What is indexed; null when nothing is.</summary>
    public static async Task<AttributeLayout?> ReadAsync(
        NpgsqlDataSource dataSource, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        return await ReadAsync(batch, dataset, cancellationToken);
    }

    /// <inheritdoc cref="ReadAsync(NpgsqlDataSource, Dataset, CancellationToken)"/>
    public static async Task<AttributeLayout?> ReadAsync(
        NpgsqlBatch batch, Dataset dataset, CancellationToken cancellationToken)
    {
        // The generation comes first: what is read after it may be younger, and then it is found out by it.
        batch.Add(SelectState, dataset);
        batch.Add(SelectTypes, dataset);
        batch.Add(SelectPaths, dataset);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var state = new AttributeState(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2));
        await reader.NextResultAsync(cancellationToken);
        var types = new Dictionary<string, int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            types[reader.GetString(0)] = reader.GetInt32(1);
        }

        await reader.NextResultAsync(cancellationToken);
        var (paths, dropped) = (new List<IndexedPath>(), new List<int>());
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetBoolean(3))
            {
                dropped.Add(reader.GetInt32(0));
                continue;
            }

            var builtUpTo = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2);
            paths.Add(new(reader.GetInt32(0), new(reader.GetFieldValue<string[]>(1)), builtUpTo));
        }

        return new(state, types, paths, dropped);
    }

    /// <summary>Begins an index at the end of the log; paths that were known are built again.</summary>
    public static async Task StartAsync(
        NpgsqlConnection connection, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(
            InsertState,
            dataset,
            AttributeKeys.Format,
            BuiltIn.Select(path => path.Number).ToArray(),
            BuiltIn.Select(path => path.Names).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes one step of an index: what it is true at, types, entries, how far its paths are built.</summary>
    /// <returns>False when it was changed by somebody else, or is gone; then nothing is written.</returns>
    public static async Task<bool> WriteAsync(
        NpgsqlConnection connection, Dataset dataset, AttributeStep step, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // The state goes first: whoever erases a dataset erases it first, too, and then nothing is written any more.
        var from = step.From;
        var raise = step.NewTypes.Count > 0 || step.BuiltPaths.Count > 0 ? 1L : 0L;
        await using (var advance = connection.CreateCommand(
            Advance, dataset, from.Sequence, from.Generation, step.Sequence, raise))
        {
            if (await advance.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return false;
            }
        }

        await using (var batch = new NpgsqlBatch(connection) { Timeout = 0 })
        {
            if (step.NewTypes.Count > 0)
            {
                batch.Add(
                    InsertTypes,
                    dataset,
                    step.NewTypes.Select(type => type.Number).ToArray(),
                    step.NewTypes.Select(type => type.Name).ToArray());
            }

            foreach (var (keys, _) in Portions(step.Before, step.Removed))
            {
                batch.Add(DeleteEntries, dataset, keys);
            }

            foreach (var (keys, documents) in Portions(step.After, step.Added))
            {
                batch.Add(InsertEntries, dataset, documents, keys);
            }

            if (step.BuiltPaths.Count > 0)
            {
                batch.Add(
                    UpdateBuilt, dataset, step.BuiltPaths.ToArray(), (object?)step.BuiltUpTo ?? DBNull.Value);
            }

            if (batch.BatchCommands.Count > 0)
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Notes that queries want a path; it is built next if it is not there.</summary>
    public static async Task AskAsync(
        NpgsqlConnection connection, Dataset dataset, AttributePath path, int most, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(
            AskPath, dataset, path.Names.ToArray(), AttributeKeys.FirstAskedPath, most);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Marks paths that nobody has asked for in a while; their entries go next.</summary>
    public static async Task DropUnaskedAsync(
        NpgsqlConnection connection, Dataset dataset, TimeSpan keptFor, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(DropUnasked, dataset, keptFor);
        if (await batch.ExecuteNonQueryAsync(cancellationToken) > 0)
        {
            await using var raise = connection.CreateCommand(RaiseGeneration, dataset);
            await raise.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Deletes what is stored for a path that was dropped, in portions, and then the path.</summary>
    public static async Task EraseAsync(
        NpgsqlConnection connection, Dataset dataset, int path, CancellationToken cancellationToken)
    {
        var (from, to) = AttributeKeys.All(path);
        await DeletePortionsAsync(connection, dataset, from, to, cancellationToken);
        await using var forget = connection.CreateCommand(ForgetPath, dataset, path);
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Deletes all entries; readers do without the index from the first moment on.</summary>
    public static async Task ResetAsync(
        NpgsqlConnection connection, Dataset dataset, CancellationToken cancellationToken)
    {
        await using (var forget = connection.CreateCommand(ForgetState, dataset))
        {
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }

        await DeletePortionsAsync(connection, dataset, [], Last, cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ForgetTypes, dataset);
        batch.Add(ForgetBuilt, dataset);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task DeletePortionsAsync(
        NpgsqlConnection connection, Dataset dataset, byte[] from, byte[] to, CancellationToken cancellationToken)
    {
        int deleted;
        do
        {
            await using var delete = connection.CreateCommand(
                DeletePortion, dataset, from, to, Limits.IndexedRowsPerStatement);
            deleted = await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        while (deleted > 0);
    }

    private static IEnumerable<(byte[][] Keys, int[] Documents)> Portions(
        AttributeEntries entries, IReadOnlyList<int> chosen)
    {
        foreach (var portion in chosen.Chunk(Limits.IndexedRowsPerStatement))
        {
            yield return (
                Array.ConvertAll(portion, index => entries.Key(index).ToArray()),
                Array.ConvertAll(portion, entries.Document));
        }
    }
}
