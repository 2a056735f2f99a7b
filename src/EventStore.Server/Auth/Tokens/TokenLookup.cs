using EventStore.Server.Auth.Roles;
using Npgsql;

namespace EventStore.Server.Auth.Tokens;

/// <summary>
/// Finds a token for a request. It is read from the database every time, with one look-up by primary key: whatever was
/// revoked, on whichever server, is refused from the next request on.
/// </summary>
internal sealed class TokenLookup(NpgsqlDataSource dataSource)
{
    private const string SelectToken = """
        select token.digest, token.pepper, token.expires_at, token.last_used_at,
            robot.id, robot.project_id, robot.label, robot.roles,
            (
                select jsonb_agg(jsonb_build_object(
                    'name', role.name, 'title', role.title, 'description', role.description,
                    'definition', role.definition))::text
                from eventstore.role
                where role.project_id = robot.project_id and role.name = any (robot.roles)
            )
        from eventstore.token
        join eventstore.robot on robot.id = token.robot
        """;

    private const string Select = $"{SelectToken} where token.id = $1";

    private const string SelectOfRobot = $"{SelectToken} where robot.id = $1 and robot.deleted_at is null";

    /// <summary>The token of an id; null when there is none (any more).</summary>
    /// <param name="id">The token's id.</param>
    /// <param name="companion">What else to ask in the same round trip; null for nothing.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<StoredToken?> FindAsync(
        string id, ITokenCompanion? companion, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        var command = new NpgsqlBatchCommand(Select);
        command.Parameters.Add(new() { Value = id });
        batch.BatchCommands.Add(command);
        if (companion is not null)
        {
            batch.BatchCommands.Add(companion.CreateCommand());
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var token = await ReadAsync(id, reader, cancellationToken);
        if (companion is not null)
        {
            await reader.NextResultAsync(cancellationToken);
            await companion.ReadAsync(reader, cancellationToken);
        }

        return token;
    }

    /// <summary>
    /// Who works for a user in the background, with the rights that he has now; null when he has none any more.
    /// </summary>
    public async Task<Caller?> FindCallerAsync(string userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (userId == Caller.Root.UserId)
        {
            return Caller.Root;
        }

        await using var command = dataSource.CreateCommand(SelectOfRobot);
        command.Parameters.Add(new() { Value = userId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(string.Empty, reader, cancellationToken) is { } token && !(token.ExpiresAt <= now)
            ? CallerOf(token)
            : null;
    }

    /// <summary>Who a token speaks for.</summary>
    public static Caller CallerOf(StoredToken token) => new()
    {
        Kind = CallerKind.Robot,
        UserId = token.RobotId,
        DisplayName = token.Label,
        ProjectId = token.ProjectId,
        Roles = token.Roles,
        ExpiresAt = token.ExpiresAt,
    };

    private static async Task<StoredToken?> ReadAsync(
        string id, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var custom = await reader.IsDBNullAsync(8, cancellationToken) ? null : reader.GetString(8);
        return new(
            id,
            reader.GetFieldValue<byte[]>(0),
            reader.GetFieldValue<byte[]>(1),
            reader.GetFieldValue<DateTimeOffset?>(2),
            reader.GetFieldValue<DateTimeOffset?>(3),
            reader.GetString(4),
            reader.GetString(5),
            reader.GetString(6),
            RoleDefinition.Resolve(reader.GetFieldValue<string[]>(7), custom));
    }
}
