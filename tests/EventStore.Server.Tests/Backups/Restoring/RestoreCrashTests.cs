using System.Diagnostics;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Copies;
using EventStore.Server.Tests.Crashes;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Backups.Restoring;

/// <summary>
/// Servers that are killed while they restore. The short form kills three times, <c>EVENTSTORE_TEST_LONG=1</c> twenty
/// times.
/// </summary>
public sealed class RestoreCrashTests(ServersOnOneDatabase servers, ITestOutputHelper output)
    : IClassFixture<ServersOnOneDatabase>
{
    private const string Dataset = "source";
    private const string Existing = "existing";
    private const int Transactions = 12_000;
    private const int Documents = 3_000;

    [Fact]
    public async Task A_restore_whose_server_is_killed_at_any_moment_is_completed_once()
    {
        var random = new Random(Random.Shared.Next() is var seed ? seed : 0);
        output.WriteLine($"seed={seed}");
        await servers.CreateDatasetAsync(Dataset);
        await servers.CreateDatasetAsync(Existing);
        var (calls, backups) = (new CopyCalls(servers.Client), new BackupCalls(servers.Client));
        await backups.ImportAsync(Dataset, BackupCalls.History(1, Transactions, Documents));
        var restores = new RestoreCalls(servers.Client);
        var backup = await backups.CreateAsync(Dataset);
        var (log, documents) = (await calls.LogAsync(Dataset), await calls.DocumentsAsync(Dataset));
        var watch = Stopwatch.StartNew();
        await restores.RestoreAsync(Dataset, backup, new() { ["targetDataset"] = "undisturbed" });
        var duration = watch.Elapsed;
        (await calls.LogAsync("undisturbed")).ShouldBe(log);
        for (var kill = 0; kill < ServersOnOneDatabase.Kills; kill++)
        {
            // Into a new dataset and into an existing one, forth and back, take turns.
            var order = kill % 2 == 0
                ? new JsonObject { ["targetDataset"] = $"killed-{kill}" }
                : new() { ["targetDataset"] = Existing, ["sync"] = true, ["revision"] = kill % 4 == 1 ? $"t{Transactions}" : "t2000" };
            var past = kill % 4 == 3 ? await calls.DocumentsAsync(Dataset, "?revision=t2000") : documents;
            var job = await restores.BeginAsync(Dataset, backup, order);
            await Task.Delay(duration * random.NextDouble());
            await servers.KillAllAsync();
            await calls.EndOfAsync(job);
            var target = (string)order["targetDataset"]!;
            (await calls.DocumentsAsync(target)).ShouldBe(past, $"kill {kill}");
            if (kill % 2 == 0)
            {
                (await calls.LogAsync(target)).ShouldBe(log);
            }

            await calls.VerifyAsync(target);
        }

        (await servers.CountUnfinishedAsync()).ShouldBe(0);
    }
}
