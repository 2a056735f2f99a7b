using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EventStore.Testing;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Crashes;

/// <summary>
/// kill -9 while eight writers run. Nothing acknowledged may be missing, nothing may be there in part, the chain must hold.
/// The short form kills ten times each; <c>EVENTSTORE_TEST_LONG=1</c> makes it a hundred.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Writers = 8;
    private static readonly int Cycles = LongFactAttribute.IsEnabled ? 100 : 10;

    [Fact]
    public Task Nothing_acknowledged_is_lost_when_the_server_is_killed() => RunAsync(async server =>
    {
        await server.KillAsync();
        await server.StartAsync();
    });

    [Fact]
    public Task Nothing_acknowledged_is_lost_when_PostgreSQL_is_killed() => RunAsync(async server =>
    {
        var victim = server.PostgresProcessId;
        server.KillPostgres();
        while (!server.HasPostgresBeenRestarted(victim) || !await IsWritableAsync(server))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    });

    private static async Task<bool> IsWritableAsync(ServerProcess server)
    {
        try
        {
            using var answer = await server.Client.PostAsJsonAsync(
                "/v1/data/mutate/crashes", new { mutations = new[] { new { delete = new { id = "nobody" } } } });
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task RunAsync(Func<ServerProcess, Task> crash)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        var random = new Random(seed);
        await using var server = new ServerProcess();
        await server.StartAsync();
        (await server.Client.PutAsJsonAsync("/v1/datasets/crashes", new { aclMode = "private" })).EnsureSuccessStatusCode();

        var journal = new Journal();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(writer => WriteAsync(server, writer, journal, stop.Token)).ToList();
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            var acknowledged = journal.Acknowledged.Count;
            while (journal.Acknowledged.Count < acknowledged + Writers && !writers.Exists(writer => writer.IsFaulted))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200)));
            await crash(server);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        output.WriteLine($"{journal.Acknowledged.Count} acknowledged, {journal.Attempted.Count} attempted");
        await CompareAsync(server, journal);
    }

    /// <summary>Each transaction writes the same number into three documents of the writer and adds one to a shared counter.</summary>
    private static async Task WriteAsync(ServerProcess server, int writer, Journal journal, CancellationToken stop)
    {
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            var id = $"writer-{writer}-{number}";
            var documents = Enumerable.Range(0, 3).Select(part => (object)new
            {
                createOrReplace = new { _id = $"writer-{writer}-{part}", _type = "part", number },
            });
            var counter = new { createIfNotExists = new { _id = "counter", _type = "counter", n = 0 } };
            var increment = new { patch = new { id = "counter", inc = new { n = 1 } } };
            var body = new { transactionId = id, mutations = documents.Append(counter).Append(increment) };

            // The same id is sent until it is known to be in: an attempt whose answer was lost must not count twice.
            journal.Attempted[id] = true;
            while (!await TrySendAsync(server, body))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), CancellationToken.None);
            }

            journal.Acknowledged[id] = true;
        }
    }

    private static async Task<bool> TrySendAsync(ServerProcess server, object body)
    {
        try
        {
            using var answer = await server.Client.PostAsJsonAsync("/v1/data/mutate/crashes", body);
            if (answer.StatusCode == HttpStatusCode.Conflict)
            {
                var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["type"]!.GetValue<string>();
                error.ShouldBe("transactionAlreadyExistsError");
                return true;
            }

            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            }

            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private static async Task CompareAsync(ServerProcess server, Journal journal)
    {
        var transactions = await LinesAsync(await server.Client.GetAsync("/v1/data/history/crashes/transactions?effectFormat=mendoza"));
        var logged = transactions.Where(line => line["id"]!.GetValue<string>().StartsWith("writer-")).ToList();
        var ids = logged.Select(line => line["id"]!.GetValue<string>()).ToList();
        ids.ShouldBeUnique();
        journal.Acknowledged.Keys.Except(ids).ShouldBeEmpty("acknowledged, but not in the log");
        ids.Except(journal.Attempted.Keys).ShouldBeEmpty("in the log, but never asked for");
        logged.ShouldAllBe(line => line["effects"]!.AsObject().Count == 4);
        transactions.Select(line => long.Parse(line["sequenceNumber"]!.GetValue<string>()))
            .ShouldBe(Enumerable.Range(1, transactions.Count).Select(sequence => (long)sequence));

        var counter = JsonNode.Parse(await server.Client.GetStringAsync("/v1/data/doc/crashes/counter"))!;
        counter["documents"]![0]!["n"]!.GetValue<int>().ShouldBe(ids.Count);
        (await LinesAsync(await server.Client.PostAsync("/v1/data/verify/crashes", null)))[^1]["verified"].ShouldNotBeNull();
    }

    private static async Task<List<JsonNode>> LinesAsync(HttpResponseMessage answer)
    {
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
    }

    private sealed class Journal
    {
        public ConcurrentDictionary<string, bool> Attempted { get; } = new();

        public ConcurrentDictionary<string, bool> Acknowledged { get; } = new();
    }
}
