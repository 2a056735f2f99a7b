using System.Diagnostics;
using System.Globalization;
using System.Text;
using EventStore.Server.Tests.Crashes;
using EventStore.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Copies;

/// <summary>
/// Servers on one database copy a dataset while they are killed and stopped. The short form kills three times,
/// <c>EVENTSTORE_TEST_LONG=1</c> twenty times.
/// </summary>
public sealed class CopyCrashTests(ServersOnOneDatabase servers, ITestOutputHelper output)
    : IClassFixture<ServersOnOneDatabase>, IAsyncLifetime
{
    private const string Source = "source";
    private const int Transactions = 12_000;
    private const int Documents = 1_500;

    private string _log = "";

    public async Task InitializeAsync()
    {
        await servers.ReviveAsync();
        if (await servers.CreateDatasetAsync(Source))
        {
            using var answer = await servers.Client.PostAsync($"/v1/data/import/{Source}", new StringContent(History()));
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"imported\":{Transactions}");
        }

        _log = await new CopyCalls(servers.Client).LogAsync(Source);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_copy_whose_server_is_killed_at_any_moment_is_completed_once()
    {
        var random = new Random(Random.Shared.Next() is var seed ? seed : 0);
        output.WriteLine($"seed={seed}");
        var duration = await MeasureAsync();
        var interrupted = 0;
        for (var kill = 0; kill < ServersOnOneDatabase.Kills; kill++)
        {
            var target = $"killed-{kill}";
            var job = await new CopyCalls(servers.Client).BeginAsync(Source, Body(target, kill));
            await Task.Delay(duration * random.NextDouble());
            var (victim, other, isInterrupted) = await servers.KillWorkerAsync(job);
            interrupted += isInterrupted ? 1 : 0;
            if (kill % 3 == 2)
            {
                // Nobody is left to take over; the next start goes on.
                await other.KillAsync();
                await other.StartAsync();
            }

            var calls = new CopyCalls(other.Client);
            await calls.EndOfAsync(job);
            await ExpectOneAsync(calls, target, kill);
            await victim.StartAsync();
        }

        output.WriteLine($"{interrupted} of {ServersOnOneDatabase.Kills} kills interrupted a copy");
        await ExpectNoLeftoversAsync();
    }

    [Fact]
    public async Task A_server_that_slept_through_its_replacement_commits_nothing()
    {
        // Holds up the copy in the midst of a step, so that its server is put to sleep there and nowhere else.
        await using var obstacle = await servers.DataSource.OpenConnectionAsync();
        await using var locking = new NpgsqlCommand("begin; lock table eventstore.keyframe in share mode", obstacle);
        await locking.ExecuteNonQueryAsync();
        var job = await new CopyCalls(servers.Client).BeginAsync(Source, new { targetDataset = "slept" });
        ServerProcess? sleeper;
        while ((sleeper = await servers.WorkerAsync(job)) is null
            || await servers.CountAsync("select count(*) from eventstore.job where id = $1 and step->>'phase' = 'documents'", job) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        ServersOnOneDatabase.Signal(sleeper, "STOP");
        await obstacle.CloseAsync();
        var calls = new CopyCalls(servers.OtherThan(sleeper).Client);
        await calls.EndOfAsync(job);
        (await servers.CountAsync("select fence from eventstore.job where id = $1", job)).ShouldBeGreaterThan(1);
        await ExpectOneAsync(calls, "slept", 0);

        ServersOnOneDatabase.Signal(sleeper, "CONT");
        (await sleeper.IsReadyAsync()).ShouldBeTrue();
        while (!sleeper.Output.Contains($"{job} is not held", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        await ExpectOneAsync(calls, "slept", 0);
        await ExpectNoLeftoversAsync();
    }

    [Fact]
    public async Task Servers_share_the_work_and_a_canceled_copy_leaves_nothing()
    {
        await using var obstacle = await servers.DataSource.OpenConnectionAsync();
        await using var locking = new NpgsqlCommand("begin; lock table eventstore.effect in share mode", obstacle);
        await locking.ExecuteNonQueryAsync();
        var calls = new CopyCalls(servers.Client);
        var jobs = new List<string>();
        for (var number = 0; number < ServerLimits.JobsAtOnce + 2; number++)
        {
            jobs.Add(await calls.BeginAsync(Source, new { targetDataset = $"shared-{number}" }));
        }

        // More than one server has room for, held up: so the other must take some.
        while (await servers.CountAsync("select count(distinct node) from eventstore.job where state = 'running' and $1 <> ''", "-") < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        foreach (var (job, client) in jobs.Zip([servers.Client, servers.Second.Client]))
        {
            using var canceled = await client.PostAsync($"/v1/jobs/{job}/cancel", null);
            canceled.EnsureSuccessStatusCode();
        }

        foreach (var job in jobs.Take(2))
        {
            await calls.EndOfAsync(job, "canceled");
        }

        await obstacle.CloseAsync();
        for (var number = 2; number < jobs.Count; number++)
        {
            await calls.EndOfAsync(jobs[number]);
            await ExpectOneAsync(calls, $"shared-{number}", 0);
        }

        (await calls.StatusAsync("/v1/datasets/shared-0")).ShouldBe(System.Net.HttpStatusCode.NotFound);
        await calls.CopyAsync(Source, new { targetDataset = "shared-0" });
        await ExpectNoLeftoversAsync();
    }

    /// <summary>Copies with history and without take turns.</summary>
    private static object Body(string target, int number) => new { targetDataset = target, skipHistory = number % 2 == 1 };

    private async Task ExpectOneAsync(CopyCalls calls, string target, int number)
    {
        if (number % 2 == 0)
        {
            (await calls.LogAsync(target)).ShouldBe(_log);
        }

        (await calls.DocumentsAsync(target)).ShouldBe(await calls.DocumentsAsync(Source));
        await calls.VerifyAsync(target);
        (await servers.CountAsync("select count(*) from eventstore.dataset where name = $1", target)).ShouldBe(1);
    }

    private async Task ExpectNoLeftoversAsync()
    {
        const string leftovers = """
            select count(*) from eventstore.dataset where (builder is not null or deleted_at is not null) and $1 <> ''
            """;
        while (await servers.CountAsync(leftovers, "-") > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        foreach (var table in Log.Postgres.DatasetTables.All.Append("checkpoint"))
        {
            (await servers.CountAsync(
                $"select count(*) from eventstore.{table} where dataset not in (select number from eventstore.dataset)"))
                .ShouldBe(0, table);
        }
    }

    private async Task<TimeSpan> MeasureAsync()
    {
        var calls = new CopyCalls(servers.Second.Client);
        var watch = Stopwatch.StartNew();
        await calls.CopyAsync(Source, new { targetDataset = "undisturbed" });
        var duration = watch.Elapsed;
        await ExpectOneAsync(calls, "undisturbed", 0);
        return duration;
    }

    private static string History()
    {
        var random = new Random(11);
        var text = new StringBuilder();
        for (var number = 1; number <= Transactions; number++)
        {
            var id = number <= Documents ? number : random.Next(1, Documents + 1);
            var time = DateTime.UnixEpoch.AddDays(19_000).AddSeconds(number).ToString("s", CultureInfo.InvariantCulture);
            var body = new string('x', random.Next(200));
            var mutation = random.Next(20) == 0
                ? $$$"""{"delete":{"id":"d{{{id}}}"}}"""
                : $$$"""{"createOrReplace":{"_id":"d{{{id}}}","_type":"t","n":{{{number}}},"body":"{{{body}}}"}}""";
            text.Append(
                    CultureInfo.InvariantCulture,
                    $$$"""{"id":"t{{{number}}}","timestamp":"{{{time}}}Z","author":"a{{{number % 7}}}",""")
                .Append("\"mutations\":[").Append(mutation).Append("]}\n");
        }

        return text.ToString();
    }
}
