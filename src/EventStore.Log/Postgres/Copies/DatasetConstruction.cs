using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres.Copies;

/// <summary>
/// A dataset that a job builds: its name is taken, but nobody finds it before it is published. Given up, it is deleted
/// like any other, and <see cref="DatasetEraser"/> takes away what it holds.
/// </summary>
public static class DatasetConstruction
{
    private const string Insert = """
        insert into eventstore.dataset (project_id, name, acl_mode, created_at, created_by, description, builder)
        select id, $2, $3, $4, $5, $6::text, $7
        from eventstore.project where id = $1 and deleted_at is null for share
        on conflict (project_id, name) where deleted_at is null do nothing
        returning number
        """;

    private const string Select = $"""
        select {DatasetRow.Columns}
        from eventstore.dataset where builder = $1 and deleted_at is null
        """;

    /// <summary>Holds up a deletion until the end of the database transaction.</summary>
    private const string Lock =
        "select number from eventstore.dataset where builder = $1 and deleted_at is null for share";

    private const string Publish =
        "update eventstore.dataset set builder = null where number = $1 and builder = $2 and deleted_at is null";

    private const string DeleteHead = """
        delete from eventstore.dataset_head
        where dataset = (select number from eventstore.dataset where builder = $1)
        """;

    private const string MarkDeleted =
        "update eventstore.dataset set deleted_at = $2 where builder = $1 and deleted_at is null";

    /// <summary>Reserves the name in the open transaction of a connection; false when it is taken.</summary>
    public static async Task<bool> BeginAsync(
        NpgsqlConnection connection, Dataset planned, string builder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(planned);
        await using var command = new NpgsqlCommand(Insert, connection);
        AddValues(
            command,
            planned.ProjectId,
            planned.Name.Value,
            planned.AclMode,
            TransactionTime.Truncate(planned.CreatedAt),
            planned.CreatedBy,
            (object?)planned.Description ?? DBNull.Value,
            builder);
        return await command.ExecuteScalarAsync(cancellationToken) is int;
    }

    /// <summary>The dataset that a job builds; null when it is published, or was deleted under it.</summary>
    public static async Task<Dataset?> FindAsync(
        NpgsqlDataSource dataSource, string builder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        await using var command = dataSource.CreateCommand(Select);
        AddValues(command, builder);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? DatasetRow.Read(reader) : null;
    }

    /// <summary>Makes sure that the dataset is still there when the open transaction of a connection is
    /// committed.</summary>
    /// <exception cref="DatasetNotFoundException">It was deleted.</exception>
    public static async Task RequireAsync(
        NpgsqlConnection connection, Dataset dataset, string builder, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Lock, connection);
        AddValues(command, builder);
        if (await command.ExecuteScalarAsync(cancellationToken) is not int)
        {
            throw new DatasetNotFoundException(dataset);
        }
    }

    /// <summary>Lets everybody find the dataset, from the commit of the connection's open transaction on.</summary>
    /// <exception cref="DatasetNotFoundException">It was deleted.</exception>
    public static async Task PublishAsync(
        NpgsqlConnection connection, Dataset dataset, string builder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        await using var command = new NpgsqlCommand(Publish, connection);
        AddValues(command, dataset.Number, builder);
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new DatasetNotFoundException(dataset);
        }
    }

    /// <summary>Gives up what a job has built, in the open transaction of a connection, unless it is
    /// published.</summary>
    public static async Task AbandonAsync(
        NpgsqlConnection connection, string builder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var head = new NpgsqlCommand(DeleteHead, connection);
        AddValues(head, builder);
        await head.ExecuteNonQueryAsync(cancellationToken);
        await using var mark = new NpgsqlCommand(MarkDeleted, connection);
        AddValues(mark, builder, TransactionTime.Truncate(now));
        await mark.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddValues(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }
}
