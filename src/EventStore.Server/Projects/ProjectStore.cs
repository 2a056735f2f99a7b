using EventStore.Server.Activity;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Projects;

/// <summary>The projects in the database.</summary>
internal sealed class ProjectStore(NpgsqlDataSource dataSource)
{
    private const string Columns = """
        id, display_name, created_at, organization_id, studio_host, external_studio_host, is_blocked, is_disabled,
        is_disabled_by_user, activity_feed_enabled, max_retention_days, metadata::text, created_by, updated_at
        """;

    private const string SelectAll =
        $"select {Columns} from eventstore.project where deleted_at is null order by created_at, id";

    private const string SelectForUpdate =
        $"select {Columns} from eventstore.project where id = $1 and deleted_at is null for update";

    private const string Insert = """
        insert into eventstore.project (
            id, display_name, created_at, organization_id, studio_host, external_studio_host, is_blocked, is_disabled,
            is_disabled_by_user, activity_feed_enabled, max_retention_days, metadata, created_by, updated_at)
        values ($1, $2, $3, $4::text, $5::text, $6::text, $7, $8, $9, $10, $11::integer, $12::json, $13, $3)
        on conflict (id) do nothing
        """;

    private const string Update = """
        update eventstore.project
        set display_name = $2, organization_id = $4::text, studio_host = $5::text, external_studio_host = $6::text,
            is_blocked = $7, is_disabled = $8, is_disabled_by_user = $9, activity_feed_enabled = $10,
            max_retention_days = $11::integer, metadata = $12::json, updated_at = $3
        where id = $1
        """;

    private const string Delete = "update eventstore.project set deleted_at = $2 where id = $1";

    /// <summary>What is the project's own and small goes with it; datasets are not here, they take longer.</summary>
    private static readonly string[] DeleteBelongings =
    [
        "delete from eventstore.dataset_tag where tag in (select id from eventstore.tag where project_id = $1)",
        "delete from eventstore.tag where project_id = $1",
        "delete from eventstore.alias where project_id = $1",
        "delete from eventstore.cors_origin where project_id = $1",
        "delete from eventstore.token where robot in (select id from eventstore.robot where project_id = $1)",
        "update eventstore.robot set deleted_at = now() where project_id = $1 and deleted_at is null",
        "delete from eventstore.role where project_id = $1",
        "delete from eventstore.robot where project_id = $1",
        "delete from eventstore.role where project_id = $1",
    ];

    /// <summary>All projects, oldest first.</summary>
    public async Task<IReadOnlyList<Project>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectAll);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>A project whose row stays locked until the end of the transaction; null when there is none.</summary>
    public static async Task<Project?> FindForUpdateAsync(
        ManagementTransaction change, string id, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(SelectForUpdate, id);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Creates a project; false when the id was ever used.</summary>
    /// <exception cref="BoomException">409: another project has its studio host.</exception>
    public static async Task<bool> InsertAsync(
        ManagementTransaction change, Project project, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(change, Insert, project, project.CreatedAt);
        command.Parameters.Add(new() { Value = project.CreatedBy });
        return await ExecuteAsync(command, cancellationToken) > 0;
    }

    /// <summary>Stores all settings of a locked project.</summary>
    /// <exception cref="BoomException">409: another project has its studio host.</exception>
    public static async Task UpdateAsync(
        ManagementTransaction change, Project project, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(change, Update, project, change.Now);
        await ExecuteAsync(command, cancellationToken);
    }

    /// <summary>Deletes a locked project and what belongs to it, its datasets excepted.</summary>
    public static async Task DeleteAsync(ManagementTransaction change, string id, CancellationToken cancellationToken)
    {
        foreach (var sql in DeleteBelongings)
        {
            await using var belongings = change.CreateCommand(sql, id);
            await belongings.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = change.CreateCommand(Delete, id, change.Now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<int> ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "project_studio_host")
        {
            throw BoomException.Conflict("\"studioHost\" is the studio host of another project");
        }
    }

    private static NpgsqlCommand CreateCommand(
        ManagementTransaction change, string sql, Project project, DateTimeOffset time) => change.CreateCommand(
            sql,
            project.Id,
            project.DisplayName,
            time,
            project.OrganizationId,
            project.StudioHost,
            project.ExternalStudioHost,
            project.IsBlocked,
            project.IsDisabled,
            project.IsDisabledByUser,
            project.ActivityFeedEnabled,
            project.MaxRetentionDays,
            project.Metadata);

    private static async Task<IReadOnlyList<Project>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        return await command.ReadAllAsync(
            reader => new Project(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2))
            {
                OrganizationId = reader.TextOrNull(3),
                StudioHost = reader.TextOrNull(4),
                ExternalStudioHost = reader.TextOrNull(5),
                IsBlocked = reader.GetBoolean(6),
                IsDisabled = reader.GetBoolean(7),
                IsDisabledByUser = reader.GetBoolean(8),
                ActivityFeedEnabled = reader.GetBoolean(9),
                MaxRetentionDays = reader.GetFieldValue<int?>(10),
                Metadata = reader.GetString(11),
                CreatedBy = reader.GetString(12),
                UpdatedAt = reader.GetFieldValue<DateTimeOffset?>(13),
            },
            cancellationToken);
    }
}
