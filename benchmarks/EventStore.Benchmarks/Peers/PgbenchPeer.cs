using System.Globalization;
using System.Text.RegularExpressions;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Benchmarks.Peers;

/// <summary>
/// <c>pgbench</c> committing one row at a time, on a PostgreSQL of its own with the settings that the server gives to
/// its own.
/// </summary>
internal sealed partial class PgbenchPeer : IAsyncDisposable
{
    private const string CreateTable = """
        create table single_row (id bigint generated always as identity primary key, body bytea not null)
        """;

    private const string Script = """
        \set number random(1, 1000000)
        insert into single_row (body) values (convert_to('{"patch":{"id":"task-' || :number || '"}}', 'utf8'));
        """;

    private readonly PostgresCluster _cluster;
    private readonly string _program;
    private readonly string _script;
    private readonly NpgsqlConnectionStringBuilder _connection;

    private PgbenchPeer(PostgresCluster cluster, string program, string script, string connectionString)
    {
        _cluster = cluster;
        _program = program;
        _script = script;
        _connection = new(connectionString);
    }

    /// <returns>Null when pgbench is not installed.</returns>
    public static async Task<PgbenchPeer?> TryStartAsync(string folder)
    {
        if (FindProgram() is not { } program)
        {
            Console.Error.WriteLine("pgbench is absent.");
            return null;
        }

        var cluster = await PostgresCluster.StartAsync(sharedBuffersMegabytes: null);
        var connectionString = await cluster.CreateBlankDatabaseAsync();
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using (var create = dataSource.CreateCommand(CreateTable))
        {
            await create.ExecuteNonQueryAsync();
        }

        var script = Path.Combine(folder, "single-row.sql");
        await File.WriteAllTextAsync(script, Script);
        return new(cluster, program, script, connectionString);
    }

    /// <summary>Runs it for a while.</summary>
    /// <returns>Commits a second, without the time to connect.</returns>
    public async Task<double> RunAsync(int clients, TimeSpan duration)
    {
        var seconds = Math.Max(1, (int)Math.Round(duration.TotalSeconds));
        string[] arguments =
        [
            "--no-vacuum", "--protocol=prepared", $"--file={_script}",
            Option("client", clients), Option("jobs", Math.Min(clients, Environment.ProcessorCount)),
            Option("time", seconds),
            $"--host={_connection.Host}", $"--username={_connection.Username}", _connection.Database!,
        ];
        var output = await ExternalCommand.ReadAsync(_program, arguments);
        return double.Parse(TransactionsPerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private static string Option(string name, int value) =>
        string.Create(CultureInfo.InvariantCulture, $"--{name}={value}");

    private static string? FindProgram()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin", "pgbench"))
            : [];
        return debian.Prepend("pgbench").FirstOrDefault(program => ExternalCommand.Exists(program, "--version"));
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex TransactionsPerSecond();
}
