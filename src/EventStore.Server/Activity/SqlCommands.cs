using Npgsql;

namespace EventStore.Server.Activity;

/// <summary>Where the statements of the management side meet their parameters.</summary>
internal static class SqlCommands
{
#pragma warning disable CA2100 // Every caller passes a constant of its own file.
    public static NpgsqlCommand CreateCommand(
        this NpgsqlDataSource dataSource, string sql, params List<object?> parameters)
    {
        var command = dataSource.CreateCommand(sql);
        AddParameters(command, parameters);
        return command;
    }

    public static NpgsqlCommand CreateCommand(
        this NpgsqlConnection connection, string sql, params List<object?> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        AddParameters(command, parameters);
        return command;
    }
#pragma warning restore CA2100

    /// <summary>All rows of a command's result, each as what <paramref name="read"/> makes of it.</summary>
    public static async Task<List<T>> ReadAllAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>A text of the current row; null when there is none.</summary>
    public static string? TextOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static void AddParameters(NpgsqlCommand command, List<object?> parameters)
    {
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter ?? DBNull.Value });
        }
    }
}
