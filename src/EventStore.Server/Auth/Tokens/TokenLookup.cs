using EventStore.Server.Auth.Roles;
using Npgsql;

namespace EventStore.Server.Auth.Tokens;

/// <summary>
/// Finds a token for a request. It is read from the database every time, with one look-up by primary key: whatever was
/// revoked, on whichever server, is refused from the next request on.
/// </summary>
internal sealed class TokenLookup(NpgsqlDataSource dataSource)
{
    private const string Select = """
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
        where token.id = $1
        """;

    /// <summary>The token of an id; null when there is none (any more).</summary>
    public async Task<StoredToken?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
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
