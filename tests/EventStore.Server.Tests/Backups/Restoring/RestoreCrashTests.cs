using System.Diagnostics;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Copies;
using EventStore.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Backups.Restoring;

/// <summary>
/// Servers that are killed while they restore. The short form kills three times, <c>EVENTSTORE_TEST_LONG=1</c> twenty
/// times.
/// </summary>
public sealed class RestoreCrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Dataset = "source";
    private const string Existing = "existing";
    private const int Transactions = 12_000;
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
        foreach (var dataset in new[] { Dataset, Existing })
        {
            await _servers[0].Client.PutAsync($"/v1/datasets/{dataset}", new StringContent("{}"));
        }

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
    public async Task A_restore_whose_server_is_killed_at_any_moment_is_completed_once()
    {
        var random = new Random(Random.Shared.Next() is var seed ? seed : 0);
        output.WriteLine($"seed={seed}");
        var calls = new CopyCalls(_servers[0].Client);
        var restores = new RestoreCalls(_servers[0].Client);
        var backup = await new BackupCalls(_servers[0].Client).CreateAsync(Dataset);
        var (log, documents) = (await calls.LogAsync(Dataset), await calls.DocumentsAsync(Dataset));
        var watch = Stopwatch.StartNew();
        await restores.RestoreAsync(Dataset, backup, new() { ["targetDataset"] = "undisturbed" });
        var duration = watch.Elapsed;
        (await calls.LogAsync("undisturbed")).ShouldBe(log);
        for (var kill = 0; kill < Kills; kill++)
        {
            // Into a new dataset and into an existing one, forth and back, take turns.
            var order = kill % 2 == 0
                ? new JsonObject { ["targetDataset"] = $"killed-{kill}" }
                : new() { ["targetDataset"] = Existing, ["sync"] = true, ["revision"] = kill % 4 == 1 ? $"t{Transactions}" : "t2000" };
            var past = kill % 4 == 3 ? await calls.DocumentsAsync(Dataset, "?revision=t2000") : documents;
            var job = await restores.BeginAsync(Dataset, backup, order);
            await Task.Delay(duration * random.NextDouble());
            foreach (var server in _servers)
            {
                await server.KillAsync();
            }

            await Task.WhenAll(_servers.Select(server => server.StartAsync()));
            await calls.EndOfAsync(job);
            var target = (string)order["targetDataset"]!;
            (await calls.DocumentsAsync(target)).ShouldBe(past, $"kill {kill}");
            if (kill % 2 == 0)
            {
                (await calls.LogAsync(target)).ShouldBe(log);
            }

            await calls.VerifyAsync(target);
        }

        await using var command = _dataSource!.CreateCommand(
            "select count(*) from eventstore.dataset where builder is not null or deleted_at is not null");
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
    }
}
