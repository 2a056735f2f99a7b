using Npgsql;
using NpgsqlTypes;

namespace EventStore.Benchmarks.Peers;

/// <summary>
/// <c>psql</c> copying lines out of a table that holds nothing else, one a row: the most that the same PostgreSQL can
/// be made to give.
/// </summary>
internal sealed class CopyPeer
{
    private const string CreateTable = "create schema lines; create table lines.line (text text not null)";
    private const string CopyIn = "copy lines.line (text) from stdin (format binary)";
    private const string Settle = "vacuum (analyze) lines.line";
    private const string CopyOut = @"\copy lines.line to '/dev/null'";

    private readonly NpgsqlConnectionStringBuilder _connection;

    private CopyPeer(NpgsqlConnectionStringBuilder connection) => _connection = connection;

    /// <summary>Makes the table.</summary>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="lines">What it is to hold.</param>
    /// <returns>Null when psql is not installed.</returns>
    public static async Task<CopyPeer?> TryCreateAsync(string connectionString, IAsyncEnumerable<string> lines)
    {
        if (!ExternalCommand.Exists("psql", "--version"))
        {
            Console.Error.WriteLine("psql is absent.");
            return null;
        }

        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var connection = await dataSource.OpenConnectionAsync();
        await ExecuteAsync(connection, CreateTable);
        await using (var rows = await connection.BeginBinaryImportAsync(CopyIn))
        {
            await foreach (var line in lines)
            {
                await rows.StartRowAsync();
                await rows.WriteAsync(line, NpgsqlDbType.Text);
            }

            await rows.CompleteAsync();
        }

        await ExecuteAsync(connection, Settle);
        return new(new(connectionString));
    }

    /// <summary>Copies all of them out.</summary>
    /// <returns>Nanoseconds, the start of psql included.</returns>
    public async Task<double> RunAsync()
    {
        string[] arguments =
        [
            "--no-psqlrc", "--quiet", $"--host={_connection.Host}", $"--username={_connection.Username}",
            $"--dbname={_connection.Database}", "--command", CopyOut,
        ];
        return (await ExternalCommand.RunAsync("psql", arguments)).Nanoseconds;
    }

#pragma warning disable CA2100 // The callers above pass constants.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
#pragma warning restore CA2100
}
