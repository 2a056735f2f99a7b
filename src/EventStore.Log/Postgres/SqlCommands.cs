using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// The one place where a statement's text meets its parameters: the dataset is always the first of them.
/// </summary>
/// <remarks>The parameters are a list, since a single string[] would itself be taken for an array of
/// parameters.</remarks>
internal static class SqlCommands
{
#pragma warning disable CA2100 // Every caller passes a constant of its own file.
    public static NpgsqlCommand CreateCommand(
        this NpgsqlDataSource dataSource, string sql, Dataset dataset, params List<object> parameters)
    {
        var command = dataSource.CreateCommand(sql);
        AddParameters(command.Parameters, dataset, parameters);
        return command;
    }

    public static NpgsqlCommand CreateCommand(
        this NpgsqlConnection connection, string sql, Dataset dataset, params List<object> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        AddParameters(command.Parameters, dataset, parameters);
        return command;
    }

    public static void Add(this NpgsqlBatch batch, string sql, Dataset dataset, params List<object> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        AddParameters(command.Parameters, dataset, parameters);
        batch.BatchCommands.Add(command);
    }
#pragma warning restore CA2100

    private static void AddParameters(NpgsqlParameterCollection target, Dataset dataset, List<object> parameters)
    {
        target.Add(new NpgsqlParameter { Value = dataset.Number });
        foreach (var parameter in parameters)
        {
            target.Add(new NpgsqlParameter { Value = parameter });
        }
    }
}
