using System.Diagnostics;
using EventStore.Server.Tests.Copies;
using EventStore.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Backups;

/// <summary>
/// Servers on one database and one folder of blobs make backups while they are killed. The short form kills three
/// times, <c>EVENTSTORE_TEST_LONG=1</c> twenty times.
/// </summary>
public sealed class BackupCrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Dataset = "source";
    private const int Transactions = 15_000;
    private const int Documents = 3_000;

    private static readonly int Kills = LongFactAttribute.IsEnabled ? 20 : 3;

    private readonly string _blobs = TemporaryFolder.Create();
    private readonly List<ServerProcess> _servers = [];
    private NpgsqlDataSource? _dataSource;

    public async Task InitializeAsync()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        _dataSource = NpgsqlDataSource.Create(connectionString);
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__EventStore"] = connectionString,
            ["EVENTSTORE_BLOBS"] = _blobs,
            ["EVENTSTORE_TOKEN_PEPPER"] = "the-pepper-of-two-servers-as-long-as-it-must-be",
        };
        _servers.AddRange([new(environment), new(environment)]);
        await Task.WhenAll(_servers.Select(server => server.StartAsync()));
        await _servers[0].Client.PutAsync($"/v1/datasets/{Dataset}", new StringContent("{}"));
        await new BackupCalls(_servers[0].Client).ImportAsync(Dataset, BackupCalls.History(1, Transactions, Documents));
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await _dataSource!.DisposeAsync();
        Directory.Delete(_blobs, recursive: true);
    }

    [Fact]
    public async Task A_backup_whose_server_is_killed_at_any_moment_is_completed_once()
    {
        var random = new Random(Random.Shared.Next() is var seed ? seed : 0);
        output.WriteLine($"seed={seed}");
        var watch = Stopwatch.StartNew();
        await DeleteAsync(_servers[1], await new BackupCalls(_servers[1].Client).CreateAsync(Dataset));
        var duration = watch.Elapsed;
        var interrupted = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var (id, job) = await new BackupCalls(_servers[0].Client).BeginAsync(Dataset);
            await Task.Delay(duration * random.NextDouble());
            var victim = await WorkerAsync(job) ?? _servers[0];
            await victim.KillAsync();
            interrupted += await CountAsync("select count(*) from eventstore.job where id = $1 and state <> 'completed'", job) > 0
                ? 1
                : 0;
            var other = _servers.Single(server => server != victim);
            if (kill % 3 == 2)
            {
                // Nobody is left to take over; the next start goes on.
                await other.KillAsync();
                await other.StartAsync();
            }

            var calls = new BackupCalls(other.Client);
            await calls.EndOfAsync(job);
            (await calls.IdsAsync(Dataset)).ShouldBe([id]);
            (await calls.VerifyAsync(Dataset, id))["certificate"].ShouldNotBeNull();
            (await calls.DocumentsAsync(Dataset, id)).ShouldBe(await new CopyCalls(other.Client).ExportAsync(Dataset));
            await victim.StartAsync();

            // What is left of the attempts goes by itself; then the next backup begins from nothing.
            await ExpectNoLeftoversAsync();
            await DeleteAsync(other, id);
            await ExpectNoLeftoversAsync();
        }

        output.WriteLine($"{interrupted} of {Kills} kills interrupted a backup");
        Directory.GetFiles(_blobs, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_canceled_backup_leaves_nothing()
    {
        var calls = new BackupCalls(_servers[0].Client);
        var (_, job) = await calls.BeginAsync(Dataset);
        using var again = await _servers[1].Client.PostAsync($"/v1/datasets/{Dataset}/backups", null);
        again.StatusCode.ShouldBe(System.Net.HttpStatusCode.Conflict);
        using var canceled = await _servers[0].Client.PostAsync($"/v1/jobs/{job}/cancel", null);
        canceled.EnsureSuccessStatusCode();
        await calls.EndOfAsync(job, "canceled");
        (await calls.IdsAsync(Dataset)).ShouldBeEmpty();
        await ExpectNoLeftoversAsync();
        Directory.GetFiles(_blobs, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        var id = await calls.CreateAsync(Dataset);
        (await calls.VerifyAsync(Dataset, id))["certificate"].ShouldNotBeNull();
    }

    private static async Task DeleteAsync(ServerProcess server, string id)
    {
        using var answer = await server.Client.DeleteAsync($"/v1/datasets/{Dataset}/backups/{id}");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The folder holds what backups name and nothing else.</summary>
    private async Task ExpectNoLeftoversAsync()
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var keys = await KeysAsync();
            var files = Directory.GetFiles(_blobs, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(_blobs, file)).ToHashSet();
            if (files.SetEquals(keys))
            {
                return;
            }

            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2), string.Join(", ", files.Except(keys)));
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private async Task<HashSet<string>> KeysAsync()
    {
        await using var command = _dataSource!.CreateCommand("""
            select key from eventstore.backup_part
            join eventstore.backup_use on backup_use.part = backup_part.number
            join eventstore.backup on backup.number = backup_use.backup and backup.completed_at is not null
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new HashSet<string>();
        while (await reader.ReadAsync())
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }

    /// <summary>The server that has taken a job.</summary>
    private async Task<ServerProcess?> WorkerAsync(string job)
    {
        await using var command = _dataSource!.CreateCommand("select node from eventstore.job where id = $1 and state = 'running'");
        command.Parameters.Add(new() { Value = job });
        var node = await command.ExecuteScalarAsync() as string;
        return _servers.Find(server => node?.EndsWith($":{server.ProcessId}", StringComparison.Ordinal) == true);
    }

    private async Task<long> CountAsync(string sql, string parameter)
    {
        await using var command = _dataSource!.CreateCommand(sql);
        command.Parameters.Add(new() { Value = parameter });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
