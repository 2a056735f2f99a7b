using System.Diagnostics;
using System.Net;
using EventStore.Server.Tests.Copies;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Server.Tests.Backups;

/// <summary>A database whose disk has no room left while a backup is being made.</summary>
public sealed class FullDatabaseDiskTests : IAsyncLifetime
{
    private const string Dataset = "source";

    private readonly string _disk = TemporaryFolder.Create(reachableByPostgres: true);
    private PostgresCluster? _cluster;
    private NpgsqlDataSource? _dataSource;
    private ServerProcess? _server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_dataSource?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_cluster is not null)
        {
            await RunAsync("umount", _disk);
        }

        Directory.Delete(_disk, recursive: true);
    }

    [SmallDiskFact]
    public async Task The_backup_fails_and_says_so_everything_else_goes_on_and_a_retry_succeeds()
    {
        await StartAsync();
        var client = _server!.Client;
        var (backups, copies) = (new BackupCalls(client), new CopyCalls(client));
        await client.PutAsync($"/v1/datasets/{Dataset}", new StringContent("{}"));
        await backups.ImportAsync(Dataset, BackupCalls.History(1, 2_000, 500));
        var export = await copies.ExportAsync(Dataset);

        // Jobs have ended there before: the indexes of ends have a page with room. Without, see BackupScheduleTests.
        await copies.CopyAsync(Dataset, new { targetDataset = "earlier" });

        // The first part is written, and is not recorded before the disk is full.
        await using var obstacle = await _dataSource!.OpenConnectionAsync();
        await using var locking = new NpgsqlCommand("begin; lock table eventstore.backup_part in share mode", obstacle);
        await locking.ExecuteNonQueryAsync();
        var (_, job) = await backups.BeginAsync(Dataset);
        await WaitForObstacleAsync();
        var filler = Path.Combine(_disk, "filler");
        Fill(filler);
        await obstacle.CloseAsync();
        var failed = await backups.EndOfAsync(job, "failed");
        ((string)failed["message"]!).ShouldBe("The disk of the database is full");

        // Nothing can be written there, which its writers are told; what was written is there to be read.
        (await copies.ExportAsync(Dataset)).ShouldBe(export);
        (await backups.ListAsync(Dataset)).ShouldBeEmpty();
        using var refused = await client.PostAsync($"/v1/data/import/{Dataset}", new StringContent(BackupCalls.History(2_001, 6_000, 500)));
        (await refused.Content.ReadAsStringAsync()).ShouldContain("\"error\"");
        using var ready = await client.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);

        File.Delete(filler);
        await backups.ImportAsync(Dataset, BackupCalls.History(2_001, 2_100, 500));
        var id = await backups.CreateAsync(Dataset);
        (await backups.VerifyAsync(Dataset, id))["certificate"].ShouldNotBeNull();
        (await backups.DocumentsAsync(Dataset, id)).ShouldBe(await copies.ExportAsync(Dataset));
        await copies.VerifyAsync(Dataset);
    }

    /// <summary>The tables of the database are on the small disk; its write-ahead log is not.</summary>
    private async Task StartAsync()
    {
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=64m,mode=777", "tmpfs", _disk);
        _cluster = await PostgresCluster.StartAsync();
        var folder = Path.Combine(_disk, "tables");
        Directory.CreateDirectory(folder);
        var connection = new NpgsqlConnectionStringBuilder(await _cluster.CreateDatabaseAsync());

        // Whose folder of sockets it is runs the database.
        await RunAsync("chown", "--reference", connection.Host!, folder);
        var outside = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = "postgres", Pooling = false };
        await using (var operating = NpgsqlDataSource.Create(outside))
        {
            foreach (var sql in new[]
            {
                $"create tablespace small location '{folder}'",
                $"alter database {connection.Database} set tablespace small",
            })
            {
                await using var command = operating.CreateCommand(sql);
                await command.ExecuteNonQueryAsync();
            }
        }

        _dataSource = NpgsqlDataSource.Create(connection);
        _server = new(new Dictionary<string, string> { ["ConnectionStrings__EventStore"] = connection.ConnectionString });
        await _server.StartAsync();
    }

    private async Task WaitForObstacleAsync()
    {
        while (true)
        {
            await using var command = _dataSource!.CreateCommand(
                "select count(*) from pg_locks where not granted and relation = 'eventstore.backup_part'::regclass");
            if ((long)(await command.ExecuteScalarAsync())! > 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var bytes = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(bytes);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }
}
