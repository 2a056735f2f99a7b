using System.Text.Json;
using EventStore.Server.Activity;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Auth.Roles;

/// <summary>The roles that projects made for themselves.</summary>
internal sealed class RoleStore(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select name, title, description, applies_to_users, applies_to_robots, definition::text
        from eventstore.role where project_id = $1 order by name
        """;

    private const string LockProject = """
        select 1 from eventstore.project where id = $1 and deleted_at is null for no key update
        """;

    private const string CountOthers = "select count(*) from eventstore.role where project_id = $1 and name <> $2";

    private const string Insert = """
        insert into eventstore.role (project_id, name, title, description, applies_to_users, applies_to_robots,
            definition, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $8)
        on conflict (project_id, name) do nothing
        """;

    private const string Update = """
        update eventstore.role
        set title = $3, description = $4, applies_to_users = $5, applies_to_robots = $6, definition = $7::jsonb,
            updated_at = $8
        where project_id = $1 and name = $2
        """;

    private const string CountUsers = """
        select count(*) from eventstore.robot where project_id = $1 and deleted_at is null and $2 = any (roles)
        """;

    private const string Delete = "delete from eventstore.role where project_id = $1 and name = $2";

    /// <summary>All roles of a project: those that every project has first, then its own by name.</summary>
    public async Task<IReadOnlyList<Role>> ListAsync(string projectId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var roles = new List<Role>(BuiltInRoles.All);
        while (await reader.ReadAsync(cancellationToken))
        {
            using var json = JsonDocument.Parse(reader.GetString(5));
            var (permissions, documents) = RoleDefinition.Read(json.RootElement);
            roles.Add(new()
            {
                Name = reader.GetString(0),
                Title = reader.GetString(1),
                Description = reader.GetString(2),
                IsCustom = true,
                AppliesToUsers = reader.GetBoolean(3),
                AppliesToRobots = reader.GetBoolean(4),
                Permissions = permissions,
                Documents = documents,
            });
        }

        return roles;
    }

    /// <summary>Adds a role; false when the name is taken.</summary>
    public static async Task<bool> AddAsync(
        ManagementTransaction change, string projectId, Role role, CancellationToken cancellationToken) =>
        await WriteAsync(change, Insert, projectId, role, cancellationToken);

    /// <summary>Replaces a role; false when there is none of its name.</summary>
    public static async Task<bool> ReplaceAsync(
        ManagementTransaction change, string projectId, Role role, CancellationToken cancellationToken) =>
        await WriteAsync(change, Update, projectId, role, cancellationToken);

    /// <summary>Removes a role; false when there is none of that name.</summary>
    public static async Task<bool> DeleteAsync(
        ManagementTransaction change, string projectId, string name, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Delete, projectId, name);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>
    /// Holds off other changes of the project's members and roles until the change is committed: what is checked under
    /// the lock stays true.
    /// </summary>
    /// <exception cref="BoomException">404: the project is gone.</exception>
    public static async Task LockAsync(
        ManagementTransaction change, string projectId, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(LockProject, projectId);
        if (await command.ExecuteScalarAsync(cancellationToken) is null)
        {
            throw ProjectResolver.NotFound();
        }
    }

    /// <summary>How many roles of its own a project has besides one.</summary>
    public static Task<long> CountOthersAsync(
        ManagementTransaction change, string projectId, string name, CancellationToken cancellationToken) =>
        CountAsync(change, CountOthers, projectId, name, cancellationToken);

    /// <summary>How many tokens have a role.</summary>
    public static Task<long> CountUsersAsync(
        ManagementTransaction change, string projectId, string name, CancellationToken cancellationToken) =>
        CountAsync(change, CountUsers, projectId, name, cancellationToken);

    private static async Task<long> CountAsync(
        ManagementTransaction change, string sql, string projectId, string name, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(sql, projectId, name);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<bool> WriteAsync(
        ManagementTransaction change, string sql, string projectId, Role role, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(
            sql,
            projectId,
            role.Name,
            role.Title,
            role.Description,
            role.AppliesToUsers,
            role.AppliesToRobots,
            RoleDefinition.Write(role.Permissions, role.Documents),
            change.Now);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }
}
