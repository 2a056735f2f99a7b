using System.Diagnostics;
using EventStore.Server.Tests.Copies;
using EventStore.Server.Tests.Crashes;
using EventStore.Testing;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Backups;

/// <summary>
/// Servers on one database and one folder of blobs make backups while they are killed. The short form kills three
/// times, <c>EVENTSTORE_TEST_LONG=1</c> twenty times.
/// </summary>
public sealed class BackupCrashTests(ServersOnOneDatabase servers, ITestOutputHelper output)
    : IClassFixture<ServersOnOneDatabase>, IAsyncLifetime
{
    private const string Dataset = "source";
    private const int Transactions = 15_000;
    private const int Documents = 3_000;

    public async Task InitializeAsync()
    {
        await servers.ReviveAsync();
        if (await servers.CreateDatasetAsync(Dataset))
        {
            await new BackupCalls(servers.Client).ImportAsync(Dataset, BackupCalls.History(1, Transactions, Documents));
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_backup_whose_server_is_killed_at_any_moment_is_completed_once()
    {
        var random = new Random(Random.Shared.Next() is var seed ? seed : 0);
        output.WriteLine($"seed={seed}");
        var watch = Stopwatch.StartNew();
        await DeleteAsync(servers.Second, await new BackupCalls(servers.Second.Client).CreateAsync(Dataset));
        var duration = watch.Elapsed;
        var interrupted = 0;
        for (var kill = 0; kill < ServersOnOneDatabase.Kills; kill++)
        {
            var (id, job) = await new BackupCalls(servers.Client).BeginAsync(Dataset);
            await Task.Delay(duration * random.NextDouble());
            var (victim, other, isInterrupted) = await servers.KillWorkerAsync(job);
            interrupted += isInterrupted ? 1 : 0;
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

        output.WriteLine($"{interrupted} of {ServersOnOneDatabase.Kills} kills interrupted a backup");
        Directory.GetFiles(servers.Blobs, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_canceled_backup_leaves_nothing()
    {
        var calls = new BackupCalls(servers.Client);
        var (_, job) = await calls.BeginAsync(Dataset);
        using var again = await servers.Second.Client.PostAsync($"/v1/datasets/{Dataset}/backups", null);
        again.StatusCode.ShouldBe(System.Net.HttpStatusCode.Conflict);
        using var canceled = await servers.Client.PostAsync($"/v1/jobs/{job}/cancel", null);
        canceled.EnsureSuccessStatusCode();
        await calls.EndOfAsync(job, "canceled");
        (await calls.IdsAsync(Dataset)).ShouldBeEmpty();
        await ExpectNoLeftoversAsync();
        Directory.GetFiles(servers.Blobs, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        var id = await calls.CreateAsync(Dataset);
        (await calls.VerifyAsync(Dataset, id))["certificate"].ShouldNotBeNull();
        await DeleteAsync(servers.First, id);
        await ExpectNoLeftoversAsync();
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
            var files = Directory.GetFiles(servers.Blobs, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(servers.Blobs, file)).ToHashSet();
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
        await using var command = servers.DataSource.CreateCommand("""
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
}
