using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Copies;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Rollback;

/// <summary>Plans of random histories, and what applying them comes to, against a plain model.</summary>
public sealed class RollbackModelTests(TestServer server, ITestOutputHelper output) : IClassFixture<TestServer>
{
    private const int Transactions = 40;

    private static readonly string[] Choices = ["fail", "skip", "force"];

    private static readonly int Histories = LongFactAttribute.IsEnabled ? 100 : 6;

    private readonly Api _api = new(server);
    private readonly CopyCalls _copies = new(server.Client);

    [Fact]
    public async Task Every_plan_is_the_models_and_does_what_it_says()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        for (var history = 0; history < Histories; history++)
        {
            var random = new Random(seed + history);
            var model = new EditModel(random, Transactions, 6, (_, draw) => $"{draw % 3}");
            var dataset = await ImportAsync(model.Lines);
            var calls = new RollbackCalls(server.Client, dataset);
            for (var round = 0; round < 25; round++)
            {
                var (order, expected) = Order(random, model, Choices[round % 3]);
                var (documents, summary) = await calls.PlanAsync(order);
                Expect(documents, expected, (string)order["onConflict"]!, $"{seed + history} {order.ToJsonString()}");
                ((long)summary["sequence"]!).ShouldBe(Transactions);
            }

            await ExpectAppliedAsync(calls, dataset, random, model);
        }
    }

    [Fact]
    public async Task Without_later_edits_or_conflicts_undoing_is_as_if_the_transaction_had_never_been()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        var clean = 0;
        for (var history = 0; clean < Histories; history++)
        {
            // Every value is another one, so that no edit is without an effect in one history and not in the other.
            var random = new Random(seed + history);
            var model = new EditModel(random, Transactions, 10, (number, draw) => $"{number}-{draw}", isIdleAllowed: false);
            var number = random.Next(1, Transactions + 1);
            if (!model.IsUntouchedSince(number)
                || model.Documents.Any(id => model.Undo(id, number, number, null)?.Conflicts.Count > 0))
            {
                continue;
            }

            clean++;
            var (whole, without) = (await ImportAsync(model.Lines), await ImportAsync(model.Lines, number));
            await new RollbackCalls(server.Client, whole).RollBackAsync(new() { ["transaction"] = $"t{number}" });
            (await StatesAsync(whole)).ShouldBe(await StatesAsync(without), $"{seed + history}: t{number}");
            await _copies.VerifyAsync(whole);
        }
    }

    [Fact]
    public async Task Back_to_an_instant_is_the_export_of_that_instant()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        for (var history = 0; history < Histories; history++)
        {
            var random = new Random(seed + history);
            var model = new EditModel(random, Transactions, 8, (_, draw) => $"{draw % 5}");
            var dataset = await ImportAsync(model.Lines);
            var calls = new RollbackCalls(server.Client, dataset);
            for (var round = 0; round < 4; round++)
            {
                var number = random.Next(0, Transactions);
                var time = EditModel.TimeOf(number);
                var expected = await StatesAsync(dataset, $"?time={time}");
                var isByTime = number == 0 || random.Next(2) == 0;
                var order = isByTime ? new JsonObject { ["time"] = time } : new() { ["revision"] = $"t{number}" };
                var (_, summary) = await calls.PlanAsync(order);
                ((int)summary["conflicts"]!).ShouldBe(0);
                (await calls.ApplyAsync(order, (string)summary["id"]!)).ShouldBe(HttpStatusCode.OK);
                (await StatesAsync(dataset)).ShouldBe(expected, $"{seed + history}: {order.ToJsonString()}");
            }

            await _copies.VerifyAsync(dataset);
        }
    }

    private static (JsonObject Order, Dictionary<string, EditModel.Undone> Expected) Order(
        Random random, EditModel model, string onConflict)
    {
        var (first, last) = (random.Next(1, Transactions + 1), random.Next(1, Transactions + 1));
        (first, last) = first <= last ? (first, last) : (last, first);
        var author = EditModel.Authors[random.Next(EditModel.Authors.Length)];
        var order = random.Next(4) switch
        {
            0 => new JsonObject { ["transaction"] = $"t{first}" },
            1 => new() { ["revision"] = $"t{first}" },
            _ => new()
            {
                ["author"] = author,
                ["fromTime"] = EditModel.TimeOf(first),
                ["toTime"] = EditModel.TimeOf(last),
            },
        };
        var by = (string?)order["author"];
        (first, last) = order.ContainsKey("transaction") ? (first, first)
            : order.ContainsKey("revision") ? (first + 1, Transactions)
            : (first, last);
        order["onConflict"] = onConflict;
        var documents = model.Documents.ToHashSet();
        if (random.Next(3) == 0)
        {
            documents = [.. documents.Take(2)];
            order["documents"] = new JsonArray([.. documents.Select(id => (JsonNode)id)]);
        }

        var expected = documents.Select(id => (Id: id, Undone: model.Undo(id, first, last, by)))
            .Where(item => item.Undone is { } undone && (undone.Conflicts.Count > 0 || !EditModel.AreSame(undone.Before, undone.After)))
            .ToDictionary(item => item.Id, item => item.Undone!);
        return (order, expected);
    }

    private static void Expect(
        Dictionary<string, JsonNode> documents, Dictionary<string, EditModel.Undone> expected, string onConflict, string context)
    {
        documents.Keys.ShouldBe(expected.Keys, ignoreOrder: true, context);
        foreach (var (id, undone) in expected)
        {
            var line = documents[id];
            var about = $"{context} {line.ToJsonString()}";
            line["conflicts"]!.AsArray().Select(conflict => (string)conflict!["path"]!)
                .ShouldBe(undone.Conflicts, ignoreOrder: true, about);
            EditModel.AreSame(EditModel.Flatten(line["after"]), undone.After).ShouldBeTrue(about);
            ((int)line["undone"]!).ShouldBe(undone.Selected, about);
            ((int)line["later"]!).ShouldBe(undone.Others, about);
            ((string)line["outcome"]!).ShouldBe(
                undone.Conflicts.Count == 0
                    ? undone.Others > 0 ? "merged" : "clean"
                    : onConflict switch { "fail" => "conflict", "skip" => "skipped", _ => "forced" },
                about);
            ((string)line["action"]!).ShouldBe(ActionOf(undone, onConflict), about);
        }
    }

    private static string ActionOf(EditModel.Undone undone, string onConflict) =>
        undone.Conflicts.Count > 0 && onConflict == "skip" ? "none"
        : EditModel.AreSame(undone.Before, undone.After) ? "none"
        : undone.Before is null ? "create"
        : undone.After is null ? "delete"
        : "update";

    private async Task ExpectAppliedAsync(RollbackCalls calls, string dataset, Random random, EditModel model)
    {
        var onConflict = random.Next(2) == 0 ? "skip" : "force";
        var (order, expected) = Order(random, model, onConflict);
        var result = await calls.RollBackAsync(order);
        var changed = expected.Where(item => ActionOf(item.Value, onConflict) != "none").ToDictionary();
        ((int)result["documents"]!).ShouldBe(changed.Count);
        var states = await StatesAsync(dataset);
        foreach (var id in model.Documents)
        {
            var wanted = changed.TryGetValue(id, out var undone) ? undone.After : model.StateOf(id);
            var found = states.Select(text => JsonNode.Parse(text)!).SingleOrDefault(document => (string)document["_id"]! == id);
            EditModel.AreSame(EditModel.Flatten(found), wanted).ShouldBeTrue($"{order.ToJsonString()} {id}");
        }

        await _copies.VerifyAsync(dataset);
    }

    /// <summary>Current documents without what says when and by whom they were last changed.</summary>
    private async Task<List<string>> StatesAsync(string dataset, string query = "") =>
        (await _copies.DocumentsAsync(dataset, query)).ConvertAll(text =>
        {
            var document = JsonNode.Parse(text)!.AsObject();
            document.Remove("_updatedAt");
            return document.ToJsonString();
        });

    private async Task<string> ImportAsync(string lines, int except = 0)
    {
        var dataset = await _api.CreateDatasetAsync();
        var kept = lines.Split('\n').Where((_, index) => index != except - 1);
        var answer = (await _api.PostAsync($"/v1/data/import/{dataset}", string.Join('\n', kept))).ShouldBe(HttpStatusCode.OK);
        answer.Text.ShouldNotContain("\"error\"");
        return dataset;
    }
}
