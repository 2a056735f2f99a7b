using EventStore.Log.Transactions;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Activity;

/// <summary>
/// A database transaction that changes something of the management side and records it: run commands, name what they
/// did with <see cref="Record"/>, commit.
/// </summary>
internal sealed class ManagementTransaction : IAsyncDisposable
{
    private const string Insert = """
        with head as (
            insert into eventstore.activity_head as head (project_id, sequence, timestamp) values ($1, 1, $2)
            on conflict (project_id) do update
            set sequence = head.sequence + 1,
                timestamp = greatest(excluded.timestamp, head.timestamp + interval '1 microsecond')
            returning sequence, timestamp
        )
        insert into eventstore.activity (project_id, sequence, timestamp, author, action, subject, details)
        select $1, sequence, timestamp, $3, $4, $5, $6::jsonb from head
        """;

    private readonly NpgsqlTransaction _transaction;
    private readonly List<ManagementChange> _changes = [];

    internal ManagementTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, TimeProvider clock)
    {
        Connection = connection;
        _transaction = transaction;
        Now = TransactionTime.Truncate(clock.GetUtcNow());
    }

    /// <summary>The connection whose open transaction this is.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>When it began, in the resolution of the database.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>A command of this transaction. Null parameters need a cast in the statement.</summary>
    public NpgsqlCommand CreateCommand(string sql, params List<object?> parameters) =>
        Connection.CreateCommand(sql, parameters);

    /// <summary>Refuses one more entry when a project has as many as it may.</summary>
    /// <param name="countSql">Counts the project's entries; the project is its one parameter.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="entries">What they are called, for the message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BoomException">400.</exception>
    public async Task RequireRoomAsync(
        string countSql, string projectId, string entries, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(countSql, projectId);
        if ((long)(await command.ExecuteScalarAsync(cancellationToken))! >= ServerLimits.EntriesOfProject)
        {
            throw BoomException.BadRequest($"A project has at most {ServerLimits.EntriesOfProject} {entries}");
        }
    }

    /// <summary>Says what the commands did; to be written at the commit.</summary>
    public void Record(ManagementChange change) => _changes.Add(change);

    /// <summary>
    /// Writes the records and commits. They are written last, because they lock the project's activity: two changes
    /// that wait for each other's rows elsewhere must not hold it meanwhile.
    /// </summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        foreach (var change in _changes)
        {
            await using var command = CreateCommand(
                Insert,
                change.ProjectId ?? string.Empty,
                Now,
                change.Author,
                change.Action,
                change.Subject,
                change.Details?.ToJsonString() ?? "{}");
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await _transaction.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
