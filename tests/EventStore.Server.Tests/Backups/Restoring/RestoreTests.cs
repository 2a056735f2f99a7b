using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Assets;
using EventStore.Server.Tests.Copies;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Backups.Restoring;

/// <summary>Restored backups, from outside.</summary>
public sealed class RestoreTests(TestServer server, ITestOutputHelper output) : IClassFixture<TestServer>
{
    private const int Transactions = 400;

    private static readonly int Instants = LongFactAttribute.IsEnabled ? 20 : 5;

    private readonly Api _api = new(server);
    private readonly BackupCalls _backups = new(server.Client);
    private readonly CopyCalls _copies = new(server.Client);
    private readonly RestoreCalls _restores = new(server.Client);

    [Fact]
    public async Task Restored_at_any_instant_it_is_the_dataset_of_that_instant()
    {
        var random = new Random(Random.Shared.Next() is var seed ? seed : 0);
        output.WriteLine($"seed={seed}");
        var dataset = await _api.CreateDatasetAsync();
        await _backups.ImportAsync(dataset, BackupCalls.History(1, 250, 90));
        await _backups.CreateAsync(dataset);
        await _backups.ImportAsync(dataset, BackupCalls.History(251, Transactions, 90));
        var backup = await _backups.CreateAsync(dataset);
        await _backups.ImportAsync(dataset, BackupCalls.History(Transactions + 1, Transactions + 50, 90));
        var existing = await _api.CreateDatasetAsync();
        foreach (var number in Enumerable.Range(0, Instants).Select(_ => random.Next(0, Transactions)).Append(Transactions))
        {
            var time = DateTime.UnixEpoch.AddDays(19_000).AddSeconds(number).ToString("s", CultureInfo.InvariantCulture) + "Z";
            var at = number == 0 || random.Next(2) == 0 ? ("time", time) : ("revision", $"t{number}");
            var order = new JsonObject { [at.Item1] = at.Item2, ["targetDataset"] = CopyCalls.NewName() };
            await _restores.RestoreAsync(dataset, backup, order);
            var target = (string)order["targetDataset"]!;
            var about = $"seed={seed}: {at.Item1}={at.Item2}";
            (await _copies.LogAsync(target)).ShouldBe(await _copies.LogAsync(dataset, $"&toTime={time}"), about);
            (await _copies.ExportAsync(target)).ShouldBe(await _copies.ExportAsync(dataset, $"?time={time}"), about);
            var past = random.Next(0, number + 1);
            var then = DateTime.UnixEpoch.AddDays(19_000).AddSeconds(past).ToString("s", CultureInfo.InvariantCulture) + "Z";
            (await _copies.ExportAsync(target, $"?time={then}")).ShouldBe(await _copies.ExportAsync(dataset, $"?time={then}"), about);
            ((long)(await _copies.VerifyAsync(target))["transactions"]!).ShouldBe(number);
            await MutateAsync(target, """{"createOrReplace":{"_id":"d1","_type":"t","after":"restore"}}""");
            await _copies.VerifyAsync(target);

            order["targetDataset"] = existing;
            order["sync"] = true;
            var (changes, end) = await _restores.PlanAsync(dataset, backup, order);
            var before = await _copies.DocumentsAsync(existing);
            await _restores.RestoreAsync(dataset, backup, order);
            var after = await _copies.DocumentsAsync(existing);
            after.ShouldBe(await _copies.DocumentsAsync(dataset, $"?time={time}"), about);
            changes.ShouldBe(Differences(before, after), about);
            ((long)end["create"]! + (long)end["update"]! + (long)end["delete"]!).ShouldBe(changes.Count);
            (await _restores.PlanAsync(dataset, backup, order)).Changes.ShouldBeEmpty();
        }

        await _copies.VerifyAsync(existing);
    }

    [Fact]
    public async Task Some_documents_or_types_are_restored_and_all_others_stay()
    {
        var dataset = await _api.CreateDatasetAsync();
        await MutateAsync(
            dataset,
            """
            {"create":{"_id":"a","_type":"x","n":1}},{"create":{"_id":"b","_type":"x","n":1}},
            {"create":{"_id":"c","_type":"y","n":1}},{"create":{"_id":"d","_type":"y","n":1}}
            """);
        var revision = (string)(await MutateAsync(dataset, """{"create":{"_id":"e","_type":"x"}}""")).Json["transactionId"]!;
        await MutateAsync(dataset, """{"delete":{"id":"e"}}""");
        var backup = await _backups.CreateAsync(dataset);
        await MutateAsync(
            dataset,
            """
            {"patch":{"id":"a","set":{"n":2}}},{"delete":{"id":"b"}},{"patch":{"id":"c","set":{"n":2}}},
            {"createOrReplace":{"_id":"d","_type":"x","n":2}},{"create":{"_id":"f","_type":"x"}},{"create":{"_id":"g","_type":"y"}}
            """);
        var order = new JsonObject { ["targetDataset"] = dataset, ["sync"] = true, ["documents"] = new JsonArray("a", "g", "e") };
        (await _restores.PlanAsync(dataset, backup, order)).Changes.ShouldBe(["update a", "delete g"]);
        order["revision"] = revision;
        (await _restores.PlanAsync(dataset, backup, order)).Changes.ShouldBe(["update a", "create e", "delete g"]);
        order["keepOthers"] = true;
        await _restores.RestoreAsync(dataset, backup, order);
        (await ValuesAsync(dataset)).ShouldBe(["a:x:1", "c:y:2", "d:x:2", "e:x:", "f:x:", "g:y:"]);

        order = new() { ["targetDataset"] = dataset, ["sync"] = true, ["types"] = new JsonArray("x") };
        (await _restores.PlanAsync(dataset, backup, order)).Changes
            .ShouldBe(["create b", "update d", "delete e", "delete f"]);
        await _restores.RestoreAsync(dataset, backup, order);
        (await ValuesAsync(dataset)).ShouldBe(["a:x:1", "b:x:1", "c:y:2", "d:y:1", "g:y:"]);

        order = new() { ["targetDataset"] = CopyCalls.NewName(), ["types"] = new JsonArray("y") };
        await _restores.RestoreAsync(dataset, backup, order);
        (await ValuesAsync((string)order["targetDataset"]!)).ShouldBe(["c:y:1", "d:y:1"]);
        await _copies.VerifyAsync(dataset);
        await _copies.VerifyAsync((string)order["targetDataset"]!);
    }

    [Fact]
    public async Task A_deleted_dataset_comes_back_under_its_name_with_its_settings_and_assets()
    {
        var dataset = await _api.CreateDatasetAsync("public");
        await _api.SendAsync(HttpMethod.Patch, $"/v1/datasets/{dataset}", """{"description":"all there was"}""");
        var assets = new AssetCalls(server);
        var uploaded = await assets.UploadAsync("files", dataset, "some content"u8.ToArray(), "filename=a.txt", "text/plain");
        var path = (string)uploaded.Json["document"]!["path"]!;
        var log = await _copies.LogAsync(dataset);
        var backup = await _backups.CreateAsync(dataset);
        (await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{dataset}", "")).ShouldBe(HttpStatusCode.OK);
        await _restores.RestoreAsync(dataset, backup, new() { ["targetDataset"] = dataset });
        (await _copies.LogAsync(dataset)).ShouldBe(log);
        (await server.Client.GetStringAsync($"/{path}")).ShouldBe("some content");
        var settings = (await _api.GetAsync($"/v1/datasets/{dataset}")).Json;
        ((string)settings["aclMode"]!).ShouldBe("public");
        ((string)settings["description"]!).ShouldBe("all there was");

        var other = await _api.CreateDatasetAsync();
        await _restores.RestoreAsync(dataset, backup, new() { ["targetDataset"] = other, ["sync"] = true });
        (await server.Client.GetStringAsync($"/{path.Replace($"/{dataset}/", $"/{other}/", StringComparison.Ordinal)}"))
            .ShouldBe("some content");
    }

    [Fact]
    public async Task A_dataset_that_comes_back_has_its_tags_aliases_and_daily_backups_again()
    {
        var dataset = await _api.CreateDatasetAsync();
        await MutateAsync(dataset, """{"create":{"_id":"a","_type":"x"}}""");
        var tag = await _api.SendAsync(
            HttpMethod.Post, $"/v1/projects/{TestServer.ProjectId}/tags", $$"""{"name":"kept-{{dataset}}","title":"Kept"}""");
        tag.Status.ShouldBe(HttpStatusCode.OK, tag.Text);
        await _api.SendAsync(HttpMethod.Put, $"/v1/datasets/{dataset}/tags/kept-{dataset}", "");
        foreach (var alias in new[] { "mine", "moved" })
        {
            (await _api.SendAsync(HttpMethod.Put, $"/v1/aliases/{alias}-{dataset}", $$"""{"datasetName":"{{dataset}}"}"""))
                .ShouldBe(HttpStatusCode.OK);
        }

        var settings = $"/v1/datasets/{dataset}/settings/backups";
        (await _api.SendAsync(HttpMethod.Put, settings, """{"enabled":true,"time":"23:30","dailyDays":7,"weeklyDays":14}"""))
            .Status.ShouldBe(HttpStatusCode.NoContent);
        var backup = await _backups.CreateAsync(dataset);
        var other = await _api.CreateDatasetAsync();
        await _api.SendAsync(HttpMethod.Patch, $"/v1/aliases/moved-{dataset}", $$"""{"datasetName":"{{other}}"}""");

        var beside = CopyCalls.NewName();
        await _restores.RestoreAsync(dataset, backup, new() { ["targetDataset"] = beside });
        (await StateAsync(beside)).ShouldBe($"tags: kept-{dataset}; aliases: ; daily: false 02:00");

        (await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{dataset}", "")).ShouldBe(HttpStatusCode.OK);
        await _restores.RestoreAsync(dataset, backup, new() { ["targetDataset"] = dataset });
        (await StateAsync(dataset)).ShouldBe($"tags: kept-{dataset}; aliases: mine-{dataset}; daily: true 23:30");
        (await StateAsync(other)).ShouldBe($"tags: ; aliases: moved-{dataset}; daily: false 02:00");
    }

    private async Task<string> StateAsync(string dataset)
    {
        var found = (await _api.GetAsync("/v1/datasets")).Json.AsArray().Single(entry => (string)entry!["name"]! == dataset)!;
        var tags = found["tags"]!.AsArray().Select(tag => (string)tag!["name"]!);
        var aliases = (await _api.GetAsync("/v1/aliases")).Json.AsArray()
            .Where(alias => (string?)alias!["datasetName"] == dataset).Select(alias => (string)alias!["name"]!);
        var daily = await _backups.GetAsync($"/v1/datasets/{dataset}/settings/backups");
        return $"tags: {string.Join(',', tags)}; aliases: {string.Join(',', aliases)}; daily: {daily["enabled"]} {daily["time"]}";
    }

    [Fact]
    public async Task What_cannot_be_restored_is_refused_and_leaves_nothing()
    {
        var dataset = await _api.CreateDatasetAsync();
        await MutateAsync(dataset, """{"create":{"_id":"a","_type":"x"}}""");
        var backup = await _backups.CreateAsync(dataset);
        (string Body, HttpStatusCode Status)[] orders =
        [
            ("{}", HttpStatusCode.BadRequest),
            ("""{"targetDataset":"Not A Name"}""", HttpStatusCode.BadRequest),
            ("""{"targetDataset":"r1","sync":true}""", HttpStatusCode.NotFound),
            ("""{"targetDataset":"~r1","sync":true}""", HttpStatusCode.BadRequest),
            ("""{"targetDataset":"r1","time":"2999-01-01"}""", HttpStatusCode.BadRequest),
            ("""{"targetDataset":"r1","time":"2025-01-01","revision":"x"}""", HttpStatusCode.BadRequest),
            ("""{"targetDataset":"r1","revision":"unknown"}""", HttpStatusCode.NotFound),
            ("""{"targetDataset":"r1","documents":"a"}""", HttpStatusCode.BadRequest),
            ("""{"targetDataset":"r1","documents":[]}""", HttpStatusCode.BadRequest),
            ("""{"targetDataset":"r1","documents":["no id"]}""", HttpStatusCode.BadRequest),
            ("""{"targetDataset":"r1","types":[7]}""", HttpStatusCode.BadRequest),
        ];
        foreach (var (body, status) in orders)
        {
            foreach (var path in new[] { "", "/plan" })
            {
                (await _api.PostAsync($"/v1/datasets/{dataset}/backups/{backup}/restore{path}", body)).ShouldBeBoom(status);
            }
        }

        (await _api.PostAsync($"/v1/datasets/{dataset}/backups/{backup}/restore", $$"""{"targetDataset":"{{dataset}}"}"""))
            .ShouldBeBoom(HttpStatusCode.Conflict);
        (await _api.PostAsync($"/v1/datasets/{dataset}/backups/unknown/restore", """{"targetDataset":"r1"}"""))
            .ShouldBeBoom(HttpStatusCode.NotFound);
        (await _copies.StatusAsync("/v1/datasets/r1")).ShouldBe(HttpStatusCode.NotFound);
        var empty = CopyCalls.NewName();
        await _restores.RestoreAsync(dataset, backup, new() { ["targetDataset"] = empty, ["time"] = "2001-01-01" });
        (await _copies.ExportAsync(empty)).ShouldBeEmpty();
        await MutateAsync(empty, """{"create":{"_id":"a","_type":"x"}}""");
        await _copies.VerifyAsync(empty);
    }

    /// <summary>What becomes of documents, spelled like a plan.</summary>
    private static List<string> Differences(List<string> before, List<string> after)
    {
        static Dictionary<string, string> ById(List<string> documents) =>
            documents.ToDictionary(document => (string)JsonNode.Parse(document)!["_id"]!);
        var (was, now) = (ById(before), ById(after));
        return
        [
            .. was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Where(id => was.GetValueOrDefault(id) != now.GetValueOrDefault(id))
                .Select(id => (was.ContainsKey(id) ? now.ContainsKey(id) ? "update " : "delete " : "create ") + id),
        ];
    }

    private async Task<List<string>> ValuesAsync(string dataset) => (await _copies.DocumentsAsync(dataset)).ConvertAll(text =>
    {
        var document = JsonNode.Parse(text)!;
        return $"{document["_id"]}:{document["_type"]}:{document["n"]}";
    });

    private async Task<Answer> MutateAsync(string dataset, string mutations) =>
        (await _api.MutateAsync(dataset, mutations)).ShouldBe(HttpStatusCode.OK);
}
