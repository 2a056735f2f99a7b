using System.Diagnostics;
using EventStore.Server.Hosting;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Server.Tests.Hosting;

/// <summary>The built server, its private PostgreSQL and what operators and crashes do to them.</summary>
public sealed class ServerLifetimeTests
{
    // Characters that mean something to shells, to connection strings and to PostgreSQL's configuration.
    private const string HostileName = "my data, \"$HOME\" 'é' `x`; %";

    [Fact]
    public async Task Starts_in_any_folder_refuses_a_second_server_and_stops_cleanly()
    {
        await using var server = new ServerProcess(dataFolderName: HostileName);
        await server.StartAsync();
        var postmaster = server.PostgresProcessId;
        server.Output.ShouldContain(ServerProcess.RootToken);
        server.Output.ShouldContain(server.Address.GetLeftPart(UriPartial.Authority));

        var second = new ServerSettings { DataFolder = server.DataFolder, Urls = "http://127.0.0.1:0" };
        (await Should.ThrowAsync<StartupException>(() => ServerHost.StartAsync(second)))
            .Message.ShouldContain($"Another server (process {server.ProcessId}) is using the data folder");

        (await server.StopAsync("TERM")).ShouldBe(0, server.Output);
        server.Output.TrimEnd().ShouldEndWith("Stopped.");
        IsRunning(postmaster).ShouldBeFalse();
    }

    [Fact]
    public async Task Recovers_from_kill_9_of_itself_and_of_its_PostgreSQL()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await ExecuteAsync(server, "CREATE TABLE witness (id int); INSERT INTO witness VALUES (1)");

        var orphan = server.PostgresProcessId;
        await server.KillAsync();
        IsRunning(orphan).ShouldBeTrue();
        await server.StartAsync();
        server.PostgresProcessId.ShouldNotBe(orphan);
        (await ExecuteAsync(server, "SELECT count(*) FROM witness")).ShouldBe(1L);

        var victim = server.PostgresProcessId;
        server.KillPostgres();
        await UntilAsync(() =>
            Task.FromResult(server.Output.Contains("PostgreSQL runs again", StringComparison.Ordinal)));
        await UntilAsync(server.IsReadyAsync);
        server.PostgresProcessId.ShouldNotBe(victim);
        (await ExecuteAsync(server, "SELECT count(*) FROM witness")).ShouldBe(1L);

        // Both, and a process id in postmaster.pid that belongs to somebody else by now. The server goes first: it would
        // put away what its PostgreSQL leaves.
        await server.KillAsync();
        server.KillPostgres();
        await ReplacePostmasterIdAsync(server, Environment.ProcessId);
        await server.StartAsync();
        (await ExecuteAsync(server, "SELECT count(*) FROM witness")).ShouldBe(1L);
        (await server.StopAsync("INT")).ShouldBe(0, server.Output);
    }

    [Fact]
    public async Task Health_needs_the_database_only_to_be_ready()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        var settings = new ServerSettings
        {
            DataFolder = TemporaryFolder.Create(),
            ConnectionString = await cluster.CreateDatabaseAsync(),
            Urls = "http://127.0.0.1:0",
        };
        await using (var host = await ServerHost.StartAsync(settings))
        {
            using var client = new HttpClient { BaseAddress = host.Address };
            (await client.GetStringAsync("/health/ready")).ShouldBe("""{"status":"ready"}""");

            await cluster.DisposeAsync();
            (await client.GetStringAsync("/health")).ShouldBe("""{"status":"alive"}""");
            using var answer = await client.GetAsync("/health/ready");
            ((int)answer.StatusCode).ShouldBe(503);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("the database does not answer");
            answer.Headers.Server.ShouldBeEmpty();
        }

        Directory.Delete(settings.DataFolder, recursive: true);
    }

    [Fact]
    public async Task A_bad_setting_ends_the_program_with_one_sentence()
    {
        await using var server = new ServerProcess(
            new Dictionary<string, string> { ["EVENTSTORE_PROJECT"] = "NOT OK" });
        (await server.RunToEndAsync()).ShouldBe(1);
        server.Output.ShouldContain("The project id 'NOT OK' is not valid");
        server.Output.ShouldNotContain("   at ");
    }

    private static async Task<object?> ExecuteAsync(ServerProcess server, string sql)
    {
        var socket = Path.Combine(server.DataFolder, "postgres", "socket");
        await using var connection = new NpgsqlConnection(
            $"Host={socket};Username=eventstore;Database=eventstore;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task ReplacePostmasterIdAsync(ServerProcess server, int processId)
    {
        var file = Path.Combine(server.DataFolder, "postgres", "data", "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(file);
        lines[0] = processId.ToString();
        await File.WriteAllLinesAsync(file, lines);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var waiting = Stopwatch.StartNew();
        while (!await condition())
        {
            waiting.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1));
            await Task.Delay(50);
        }
    }

    // A zombie has an empty command line.
    private static bool IsRunning(int processId) =>
        File.Exists($"/proc/{processId}/cmdline") && File.ReadAllBytes($"/proc/{processId}/cmdline").Length > 0;
}
