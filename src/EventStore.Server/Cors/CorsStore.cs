using EventStore.Server.Activity;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Cors;

/// <summary>The registered origins in the database.</summary>
internal sealed class CorsStore(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select id, project_id, origin, allow_credentials, created_at, updated_at
        from eventstore.cors_origin
        where $1::text is null or project_id = $1
        order by project_id, id
        """;

    private const string Count = "select count(*) from eventstore.cors_origin where project_id = $1";

    private const string Insert = """
        insert into eventstore.cors_origin (project_id, origin, allow_credentials, created_at, updated_at)
        values ($1, $2, $3, $4, $4)
        on conflict do nothing
        returning id
        """;

    private const string Delete = """
        delete from eventstore.cors_origin where project_id = $1 and id = $2 returning origin
        """;

    /// <summary>The origins of a project, or of all.</summary>
    public async Task<IReadOnlyList<CorsOrigin>> ListAsync(string? projectId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var origins = new List<CorsOrigin>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (OriginPattern.TryParse(reader.GetString(2), out var pattern))
            {
                origins.Add(new(
                    reader.GetInt32(0),
                    reader.GetString(1),
                    pattern,
                    reader.GetBoolean(3),
                    reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetFieldValue<DateTimeOffset>(5)));
            }
        }

        return origins;
    }

    /// <summary>Registers an origin.</summary>
    /// <exception cref="BoomException">400: the project has too many; 409: it is registered already.</exception>
    public static async Task<CorsOrigin> InsertAsync(
        ManagementTransaction change,
        string projectId,
        OriginPattern pattern,
        bool allowCredentials,
        CancellationToken cancellationToken)
    {
        await change.RequireRoomAsync(Count, projectId, "CORS origins", cancellationToken);
        var now = change.Now;
        await using var command = change.CreateCommand(Insert, projectId, pattern.Text, allowCredentials, now);
        return await command.ExecuteScalarAsync(cancellationToken) is int id
            ? new(id, projectId, pattern, allowCredentials, now, now)
            : throw BoomException.Conflict($"\"origin\": {pattern.Text} is registered already");
    }

    /// <summary>Takes an origin away; returns it, or null when there was none of this number.</summary>
    public static async Task<string?> DeleteAsync(
        ManagementTransaction change, string projectId, int id, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Delete, projectId, id);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
