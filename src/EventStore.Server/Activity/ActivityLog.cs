using Npgsql;

namespace EventStore.Server.Activity;

/// <summary>
/// The event log of the management side. Whatever changes a project, a member, a token … does so in a transaction that
/// begins here, so that the change and its record are committed together or not at all.
/// </summary>
internal sealed class ActivityLog(NpgsqlDataSource dataSource, TimeProvider clock)
{
    private const string Select = """
        select sequence, timestamp, author, action, subject, details::text
        from eventstore.activity
        where project_id = $1
          and ($2::bigint is null or case when $3 then sequence > $2 else sequence < $2 end)
          and ($4::timestamptz is null or timestamp >= $4)
          and ($5::timestamptz is null or timestamp <= $5)
          and ($6::text[] is null or author = any ($6))
          and ($7::text[] is null or action = any ($7))
        order by case when $3 then sequence else -sequence end
        limit $8
        """;

    /// <summary>Begins a management change. Dispose of it without a commit, and nothing has happened.</summary>
    public async Task<ManagementTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            return new(connection, await connection.BeginTransactionAsync(cancellationToken), clock);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Recorded changes of a project, which may have been deleted.</summary>
    public async Task<IReadOnlyList<ActivityEntry>> ReadAsync(
        string? projectId, ActivityQuery query, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            Select,
            projectId ?? string.Empty,
            query.After,
            query.Ascending,
            query.FromTime,
            query.ToTime,
            query.Authors?.ToArray(),
            query.Actions?.ToArray(),
            query.Limit);
        return await command.ReadAllAsync(
            reader => new ActivityEntry(
                reader.GetInt64(0),
                reader.GetFieldValue<DateTimeOffset>(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetString(4),
                reader.GetString(5)),
            cancellationToken);
    }
}
