using EventStore.Server.Activity;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Auth.Robots;

/// <summary>The robots of all projects, and their tokens: one token a robot.</summary>
internal sealed class RobotStore(NpgsqlDataSource dataSource, TokenPepper pepper)
{
    private const string Columns = """
        robot.id, robot.project_id, robot.label, robot.roles, robot.created_at, robot.created_by, robot.updated_at,
        robot.deleted_at is not null, token.expires_at, token.last_used_at
        """;

    private const string SelectOfProject = $"""
        select {Columns}
        from eventstore.robot
        join eventstore.token on token.robot = robot.id
        where robot.project_id = $1 and robot.deleted_at is null
        order by robot.created_at, robot.id
        """;

    private const string SelectByIds = $"""
        select {Columns}
        from eventstore.robot
        left join eventstore.token on token.robot = robot.id
        where robot.id = any ($1)
        """;

    private const string Count = """
        select count(*) from eventstore.robot where project_id = $1 and deleted_at is null
        """;

    private const string InsertRobot = """
        insert into eventstore.robot (id, project_id, label, roles, created_at, created_by, updated_at)
        values ($1, $2, $3, $4, $5, $6, $5)
        """;

    private const string InsertToken = """
        insert into eventstore.token (id, robot, digest, pepper, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6::timestamptz)
        """;

    private const string ReplaceToken = """
        with revoked as (delete from eventstore.token where robot = $2 returning expires_at)
        insert into eventstore.token (id, robot, digest, pepper, created_at, expires_at)
        select $1, $2, $3, $4, $5, expires_at from revoked
        """;

    private const string DeleteToken = """
        with revoked as (
            delete from eventstore.token using eventstore.robot
            where token.robot = robot.id and robot.id = $1 and robot.project_id = $2
            returning robot.id
        )
        update eventstore.robot set deleted_at = $3, updated_at = $3 from revoked where robot.id = revoked.id
        returning robot.label
        """;

    private const string UpdateRoles = """
        update eventstore.robot set roles = $3, updated_at = $4
        where id = $1 and project_id = $2 and deleted_at is null
        """;

    /// <summary>The robots of a project that have a token, oldest first.</summary>
    public async Task<IReadOnlyList<Robot>> ListAsync(string projectId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectOfProject, projectId);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Robots by their ids, deleted ones included, in no order.</summary>
    public async Task<IReadOnlyList<Robot>> FindAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectByIds, [ids.ToArray()]);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Adds a robot with a token; the project's members must be locked.</summary>
    /// <returns>The token's text, which is stored nowhere.</returns>
    /// <exception cref="BoomException">409: the project has as many as it may have.</exception>
    public async Task<TokenText> AddAsync(
        ManagementTransaction change, Robot robot, CancellationToken cancellationToken)
    {
        await RequireRoomAsync(change, robot.ProjectId, cancellationToken);
        await using (var command = change.CreateCommand(
            InsertRobot,
            robot.Id,
            robot.ProjectId,
            robot.Label,
            robot.Roles.ToArray(),
            robot.CreatedAt,
            robot.CreatedBy))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var token = TokenText.Generate();
        await using var insert = change.CreateCommand(
            InsertToken,
            token.Id,
            robot.Id,
            pepper.Digest(token),
            pepper.Fingerprint,
            robot.CreatedAt,
            robot.ExpiresAt);
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return token;
    }

    /// <summary>Replaces a robot's token by a new one; null when it has none (any more).</summary>
    public async Task<TokenText?> RotateAsync(
        ManagementTransaction change, string id, CancellationToken cancellationToken)
    {
        var token = TokenText.Generate();
        await using var command = change.CreateCommand(
            ReplaceToken, token.Id, id, pepper.Digest(token), pepper.Fingerprint, change.Now);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0 ? token : null;
    }

    /// <summary>Revokes a robot's token for good; gives its label, or null when there is none in the project.</summary>
    public static async Task<string?> DeleteAsync(
        ManagementTransaction change, string projectId, string id, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(DeleteToken, id, projectId, change.Now);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Gives a robot other roles; false when there is none in the project.</summary>
    public static async Task<bool> SetRolesAsync(
        ManagementTransaction change,
        string projectId,
        string id,
        IReadOnlyList<string> roles,
        CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(UpdateRoles, id, projectId, roles.ToArray(), change.Now);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Lists are sent whole, so there is a bound on them.</summary>
    private static async Task RequireRoomAsync(
        ManagementTransaction change, string projectId, CancellationToken cancellationToken)
    {
        await using var count = change.CreateCommand(Count, projectId);
        if ((long)(await count.ExecuteScalarAsync(cancellationToken))! >= ServerLimits.TokensPerProject)
        {
            throw new BoomException(
                409, $"The project has {ServerLimits.TokensPerProject} tokens, which is the most it may have");
        }
    }

    private static async Task<IReadOnlyList<Robot>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        return await command.ReadAllAsync(
            reader => new Robot
            {
                Id = reader.GetString(0),
                ProjectId = reader.GetString(1),
                Label = reader.GetString(2),
                Roles = reader.GetFieldValue<string[]>(3),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(4),
                CreatedBy = reader.GetString(5),
                UpdatedAt = reader.GetFieldValue<DateTimeOffset>(6),
                IsDeleted = reader.GetBoolean(7),
                ExpiresAt = reader.GetFieldValue<DateTimeOffset?>(8),
                LastUsedAt = reader.GetFieldValue<DateTimeOffset?>(9),
            },
            cancellationToken);
    }
}
