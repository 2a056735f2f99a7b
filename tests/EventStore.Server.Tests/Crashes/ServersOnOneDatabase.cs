using System.Diagnostics;
using System.Globalization;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Server.Tests.Crashes;

/// <summary>
/// Two server processes on one database and one folder of blobs, for tests that kill them: use it as
/// <c>IClassFixture&lt;ServersOnOneDatabase&gt;</c> and have each test begin with <see cref="ReviveAsync"/>.
/// </summary>
public sealed class ServersOnOneDatabase : IAsyncLifetime
{
    private readonly List<ServerProcess> _servers = [];
    private NpgsqlDataSource? _dataSource;

    /// <summary>How often a test kills: a few times, or as long tests do.</summary>
    public static int Kills { get; } = LongFactAttribute.IsEnabled ? 20 : 3;

    public ServerProcess First => _servers[0];

    public ServerProcess Second => _servers[1];

    /// <summary>Of the first server.</summary>
    public HttpClient Client => First.Client;

    public NpgsqlDataSource DataSource => _dataSource!;

    /// <summary>The folder of blobs.</summary>
    public string Blobs { get; } = TemporaryFolder.Create();

    public async Task InitializeAsync()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        _dataSource = NpgsqlDataSource.Create(connectionString);
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__EventStore"] = connectionString,
            ["EVENTSTORE_BLOBS"] = Blobs,
            ["EVENTSTORE_TOKEN_PEPPER"] = "the-pepper-of-two-servers-as-long-as-it-must-be",
        };
        _servers.AddRange([new(environment), new(environment)]);
        await ReviveAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await DataSource.DisposeAsync();
        Directory.Delete(Blobs, recursive: true);
    }

    /// <summary>Starts the servers that do not run.</summary>
    public Task ReviveAsync() =>
        Task.WhenAll(_servers.Where(server => !server.IsRunning).Select(server => server.StartAsync()));

    /// <summary>Kills both, and starts them again.</summary>
    public async Task KillAllAsync()
    {
        foreach (var server in _servers)
        {
            await server.KillAsync();
        }

        await ReviveAsync();
    }

    /// <summary>Kills the server that is at a job; the first one, when none is.</summary>
    /// <returns>The one that was killed, the other one, and whether the job was thereby interrupted.</returns>
    public async Task<(ServerProcess Victim, ServerProcess Other, bool IsInterrupted)> KillWorkerAsync(string job)
    {
        var victim = await WorkerAsync(job) ?? First;
        await victim.KillAsync();
        var isInterrupted = await CountAsync(
            "select count(*) from eventstore.job where id = $1 and state <> 'completed'", job) > 0;
        return (victim, OtherThan(victim), isInterrupted);
    }

    /// <summary>The server that has taken a job.</summary>
    public async Task<ServerProcess?> WorkerAsync(string job)
    {
        await using var command = DataSource.CreateCommand("select node from eventstore.job where id = $1 and state = 'running'");
        command.Parameters.Add(new() { Value = job });
        var node = await command.ExecuteScalarAsync() as string;
        return _servers.Find(server => node?.EndsWith($":{server.ProcessId}", StringComparison.Ordinal) == true);
    }

    public ServerProcess OtherThan(ServerProcess server) => _servers.Single(other => other != server);

    /// <summary>Makes a dataset, if that was not done before.</summary>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> CreateDatasetAsync(string name)
    {
        using var answer = await Client.PutAsync($"/v1/datasets/{name}", new StringContent("""{"aclMode":"private"}"""));
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The number that a query selects; 0 when it selects none.</summary>
    public async Task<long> CountAsync(string sql, params string[] parameters)
    {
        await using var command = DataSource.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        return await command.ExecuteScalarAsync() as long? ?? 0;
    }

    /// <summary>Datasets that are being made, or whose rows are still to be erased.</summary>
    public Task<long> CountUnfinishedAsync() =>
        CountAsync("select count(*) from eventstore.dataset where builder is not null or deleted_at is not null");

    /// <summary>Sends a signal, such as <c>STOP</c>.</summary>
    public static void Signal(ServerProcess server, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", server.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
