using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Deletes what deleted datasets stored, in portions of a bounded number of rows, each a database transaction of its
/// own: whoever is stopped in between is continued by whoever comes next, on any server.
/// </summary>
public sealed class DatasetEraser(NpgsqlDataSource dataSource)
{
    /// <summary>Any fixed number that no other advisory lock of two numbers uses first.</summary>
    private const int EraseLock = 0x4576_4572;

    private const string SelectDeleted =
        "select number from eventstore.dataset where deleted_at is not null order by number";

    private const string TryLock = "select pg_try_advisory_xact_lock($1, $2)";

    private const string DeleteDataset = "delete from eventstore.dataset where number = $1 and deleted_at is not null";

    /// <summary>Checkpoints go with their dataset's row, but what they hold is too much for one statement.</summary>
    private const string DeleteChunks = """
        delete from eventstore.checkpoint_chunk where ctid = any (array(
            select chunk.ctid
            from eventstore.checkpoint_chunk chunk
            join eventstore.checkpoint on checkpoint.number = chunk.checkpoint
            where checkpoint.dataset = $1 limit $2))
        """;

    private static readonly (string Delete, string Vacuum, int Rows)[] Statements =
    [
        (DeleteChunks, "vacuum (skip_locked) eventstore.checkpoint_chunk", Limits.ErasedChunks),
        .. DatasetTables.All.Select(table => (
            $"""
            delete from eventstore.{table} where ctid = any (array(
                select ctid from eventstore.{table} where dataset = $1 limit $2))
            """,
            $"vacuum (skip_locked) eventstore.{table}",
            Limits.ErasedRows)),
    ];

    /// <summary>The numbers of datasets that are deleted and still hold something.</summary>
    public async Task<IReadOnlyList<int>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectDeleted);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            numbers.Add(reader.GetInt32(0));
        }

        return numbers;
    }

    /// <summary>Erases a deleted dataset; false when another server is at it.</summary>
    public async Task<bool> EraseAsync(int dataset, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var (delete, vacuum, portion) in Statements)
        {
            var portions = 0;
            int deleted;
            do
            {
                if (await DeletePortionAsync(connection, delete, dataset, portion, cancellationToken) is not { } rows)
                {
                    return false;
                }

                deleted = rows;
                portions++;
            }
            while (deleted == portion);

            if (portions > Limits.VacuumedPortions)
            {
                // Without it the space would wait for the database's own rounds, which look at shares of a table.
                await using var command = CreateCommand(connection, vacuum);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        await using var last = new NpgsqlCommand(DeleteDataset, connection);
        last.Parameters.Add(new() { Value = dataset });
        await last.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    private static async Task<int?> DeletePortionAsync(
        NpgsqlConnection connection, string sql, int dataset, int portion, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var tryLock = new NpgsqlCommand(TryLock, connection))
        {
            tryLock.Parameters.Add(new() { Value = EraseLock });
            tryLock.Parameters.Add(new() { Value = dataset });
            if (!(bool)(await tryLock.ExecuteScalarAsync(cancellationToken))!)
            {
                return null;
            }
        }

        await using var command = CreateCommand(connection, sql);
        command.Parameters.Add(new() { Value = dataset });
        command.Parameters.Add(new() { Value = portion });
        var deleted = await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return deleted;
    }

#pragma warning disable CA2100 // The text is made of constants: one statement a table.
    private static NpgsqlCommand CreateCommand(NpgsqlConnection connection, string sql) =>
        new(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
}
