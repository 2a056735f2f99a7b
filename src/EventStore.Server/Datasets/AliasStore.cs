using EventStore.Server.Activity;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Datasets;

/// <summary>The aliases of datasets in the database.</summary>
internal sealed class AliasStore(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select alias.name, dataset.name, alias.created_at
        from eventstore.alias
        left join eventstore.dataset on dataset.number = alias.dataset and dataset.deleted_at is null
        where alias.project_id = $1 and ($2::text is null or alias.name = $2)
        order by alias.name
        """;

    private const string Lock = "select 1 from eventstore.alias where project_id = $1 and name = $2 for update";

    private const string Count = "select count(*) from eventstore.alias where project_id = $1";

    private const string Insert = """
        insert into eventstore.alias (project_id, name, dataset, created_at) values ($1, $2, $3::integer, $4)
        on conflict do nothing
        """;

    private const string Update =
        "update eventstore.alias set dataset = $3::integer where project_id = $1 and name = $2";

    private const string Delete = "delete from eventstore.alias where project_id = $1 and name = $2";

    /// <summary>The aliases of a project, ordered by name.</summary>
    public async Task<IReadOnlyList<DatasetAlias>> ListAsync(string projectId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, projectId, null);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>The name of the dataset that an alias stands for; null when there is none.</summary>
    public async Task<string?> ResolveAsync(string projectId, string alias, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, projectId, alias);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault()?.DatasetName;
    }

    /// <summary>An alias whose row stays locked until the end of the transaction; null when there is none.</summary>
    public static async Task<DatasetAlias?> FindForUpdateAsync(
        ManagementTransaction change, string projectId, string alias, CancellationToken cancellationToken)
    {
        // Apart, since the other side of an outer join cannot be locked.
        await using var lockRow = change.CreateCommand(Lock, projectId, alias);
        await lockRow.ExecuteScalarAsync(cancellationToken);
        await using var command = change.CreateCommand(Select, projectId, alias);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Creates an alias; false when the name is taken.</summary>
    /// <exception cref="BoomException">400: the project has too many.</exception>
    public static async Task<bool> InsertAsync(
        ManagementTransaction change,
        string projectId,
        string alias,
        int? dataset,
        CancellationToken cancellationToken)
    {
        await change.RequireRoomAsync(Count, projectId, "aliases", cancellationToken);
        await using var command = change.CreateCommand(Insert, projectId, alias, dataset, change.Now);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Points an alias at another dataset, or at none.</summary>
    public static async Task UpdateAsync(
        ManagementTransaction change,
        string projectId,
        string alias,
        int? dataset,
        CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Update, projectId, alias, dataset);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task DeleteAsync(
        ManagementTransaction change, string projectId, string alias, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Delete, projectId, alias);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<DatasetAlias>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        return await command.ReadAllAsync(
            reader => new DatasetAlias(
                reader.GetString(0), reader.TextOrNull(1), reader.GetFieldValue<DateTimeOffset>(2)),
            cancellationToken);
    }
}
