using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Copies;
using EventStore.Server.Tests.Crashes;
using EventStore.Server.Tests.Http;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Rollback;

/// <summary>
/// Plans that are too large for one transaction, applied by servers that are killed. The short form kills three times,
/// <c>EVENTSTORE_TEST_LONG=1</c> twenty times.
/// </summary>
public sealed class RollbackCrashTests(ServersOnOneDatabase servers, ITestOutputHelper output)
    : IClassFixture<ServersOnOneDatabase>, IAsyncLifetime
{
    private const int Documents = 9_000;
    private const int Portions = Documents / ServerLimits.RollbackPortion;

    private static int _datasets;

    /// <summary>Each test changes its own.</summary>
    private readonly string _dataset = $"large-{Interlocked.Increment(ref _datasets)}";

    public async Task InitializeAsync()
    {
        await servers.ReviveAsync();
        await servers.CreateDatasetAsync(_dataset);
        using var answer = await servers.Client.PostAsync($"/v1/data/import/{_dataset}", new StringContent(History()));
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"imported\":3");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_large_plan_is_applied_once_whenever_its_server_is_killed()
    {
        var random = new Random(Random.Shared.Next() is var seed ? seed : 0);
        output.WriteLine($"seed={seed}");
        var calls = new CopyCalls(servers.Client);
        var states = new[] { await StatesAsync(calls, "?revision=t1"), await StatesAsync(calls, "?revision=t3") };
        var duration = TimeSpan.Zero;
        for (var kill = 0; kill <= ServersOnOneDatabase.Kills; kill++)
        {
            // Back and forth between two states; the first time undisturbed.
            var order = new JsonObject { ["revision"] = kill % 2 == 0 ? "t1" : $"t3" };
            if (kill % 2 == 1)
            {
                order = new() { ["time"] = await LastTimeAsync(calls, kill) };
            }

            var watch = Stopwatch.StartNew();
            var rollback = new RollbackCalls((kill % 2 == 0 ? servers.First : servers.Second).Client, _dataset);
            var (documents, summary) = await rollback.PlanAsync(WithoutContent(order));
            documents.Count.ShouldBe(Documents);
            var plan = (string)summary["id"]!;
            var begun = (await rollback.ApplyAsync(order, plan)).ShouldBe(HttpStatusCode.OK).Json;
            var planned = watch.Elapsed;
            if (kill > 0)
            {
                await Task.Delay(duration * random.NextDouble());
                await servers.KillAllAsync();
            }

            await calls.EndOfAsync((string)begun["jobId"]!);
            duration = kill == 0 ? watch.Elapsed - planned : duration;
            var result = (await rollback.ApplyAsync(order, plan)).ShouldBe(HttpStatusCode.OK).Json;
            ((string)result["state"]!).ShouldBe("applied");
            ((int)result["documents"]!).ShouldBe(Documents);
            result["transactionIds"]!.AsArray().Select(id => (string)id!)
                .ShouldBe(Enumerable.Range(1, Portions).Select(portion => $"rollback-{plan}-{portion}"));
            (await StatesAsync(calls)).ShouldBe(states[kill % 2]);
            (await TransactionsAsync(calls)).Count.ShouldBe(3 + (Portions * (kill + 1)));
        }

        await calls.VerifyAsync(_dataset);
    }

    [Fact]
    public async Task What_is_edited_while_a_large_plan_is_applied_keeps_its_edit()
    {
        var client = servers.Client;
        var (calls, rollback) = (new CopyCalls(client), new RollbackCalls(client, _dataset));
        var order = new JsonObject { ["revision"] = "t1" };
        var plan = (string)(await rollback.PlanAsync(WithoutContent(order))).Summary["id"]!;
        var job = (string)(await rollback.ApplyAsync(order, plan)).Json["jobId"]!;
        while ((int)(await calls.JobAsync(job))["progress"]! == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        // Deletions come last, and these are still to be done.
        var edit = $$"""{"mutations":[{"patch":{"id":"new{{Documents / 3 - 1}}","set":{"mine":true} } }]}""";
        (await Answer.ReadAsync(await client.PostAsync($"/v1/data/mutate/{_dataset}", new StringContent(edit))))
            .ShouldBe(HttpStatusCode.OK);
        var end = await calls.EndOfAsync(job);
        ((string)end["message"]!).ShouldContain($"1 were edited meanwhile and left: new{Documents / 3 - 1}");
        var found = (await calls.DocumentsAsync(_dataset)).Where(document => document.Contains("\"_id\":\"new", StringComparison.Ordinal));
        found.Single().ShouldContain("\"mine\":true");
        ((int)(await rollback.ApplyAsync(order, plan)).Json["documents"]!).ShouldBe(Documents - 1);
        await calls.VerifyAsync(_dataset);
    }

    [Fact]
    public async Task A_large_plan_whose_heads_have_moved_does_nothing()
    {
        var client = servers.Client;
        var (calls, rollback) = (new CopyCalls(client), new RollbackCalls(client, _dataset));
        var order = new JsonObject { ["revision"] = "t1" };
        var plan = (string)(await rollback.PlanAsync(WithoutContent(order))).Summary["id"]!;
        await client.PostAsync(
            $"/v1/data/mutate/{_dataset}", new StringContent("""{"mutations":[{"patch":{"id":"new7","set":{"mine":true} } }]}"""));
        (await rollback.ApplyAsync(order, plan)).ShouldBeDescribed(HttpStatusCode.Conflict);
        (await TransactionsAsync(calls)).Count.ShouldBe(4);
    }

    private static JsonObject WithoutContent(JsonObject order)
    {
        var plan = (JsonObject)order.DeepClone();
        (plan["format"], plan["excludeContent"]) = ("none", true);
        return plan;
    }

    /// <summary>The time of the last transaction before the rollback that was the last.</summary>
    private async Task<string> LastTimeAsync(CopyCalls calls, int rollbacks)
    {
        var lines = (await TransactionsAsync(calls))[..(3 + (Portions * (rollbacks - 1)))];
        return (string)lines[^1]["timestamp"]!;
    }

    private async Task<List<JsonNode>> TransactionsAsync(CopyCalls calls) =>
        (await Answer.ReadAsync(await calls.Client.GetAsync($"/v1/data/history/{_dataset}/transactions?excludeMutations=true"))).Lines;

    private async Task<List<string>> StatesAsync(CopyCalls calls, string query = "") =>
        (await calls.DocumentsAsync(_dataset, query)).ConvertAll(text =>
        {
            var document = JsonNode.Parse(text)!.AsObject();
            document.Remove("_updatedAt");
            return document.ToJsonString();
        });

    /// <summary>A third of the documents is edited, a third deleted, and a third made; the last refer to one another.</summary>
    private static string History()
    {
        const int third = Documents / 3;
        static IEnumerable<string> Each(Func<int, string> mutation) => Enumerable.Range(0, third).Select(mutation);
        IEnumerable<string>[] transactions =
        [
            Each(n => $$$"""{"create":{"_id":"kept{{{n}}}","_type":"t","n":{{{n}}} } }""").Concat(Each(n =>
                $$$"""{"create":{"_id":"gone{{{n}}}","_type":"t","next":{"_ref":"gone{{{(n + 1) % third}}}"} } }""")),
            Each(n => $$$"""{"patch":{"id":"kept{{{n}}}","set":{"n":{{{-n - 1}}} } } }""")
                .Concat(Each(n => $$$"""{"delete":{"id":"gone{{{n}}}"}}""")),
            Each(n => $$$"""{"create":{"_id":"new{{{n}}}","_type":"t","next":{"_ref":"new{{{(n + 1) % third}}}"} } }"""),
        ];
        var text = new StringBuilder();
        foreach (var (index, mutations) in transactions.Index())
        {
            text.Append(CultureInfo.InvariantCulture, $$"""{"id":"t{{index + 1}}","timestamp":"2024-01-0{{index + 1}}","author":"a",""")
                .Append("\"mutations\":[").AppendJoin(',', mutations).Append("]}\n");
        }

        return text.ToString();
    }
}
