using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Management;

/// <summary>Management changes are recorded with what they changed, and read back in pages.</summary>
public sealed class ActivityTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Path = $"/v1/projects/{TestServer.ProjectId}/activity";

    private readonly Api _api = new(server);

    [Fact]
    public async Task Changes_made_at_once_are_recorded_once_each_in_a_dense_order_and_read_in_pages()
    {
        var before = (await ReadAllAsync("order=asc")).Count;
        var names = Enumerable.Range(0, 40).Select(index => $"many{index}").ToList();
        await Task.WhenAll(names.Select(name => PutAsync(name)));
        await Task.WhenAll(names.Select(async name => (await PutAsync(name)).ShouldBeBoom(HttpStatusCode.Conflict)));

        var all = await ReadAllAsync("order=asc&limit=7");
        all.Select(entry => (string)entry["sequenceNumber"]!)
            .ShouldBe(Enumerable.Range(1, before + names.Count).Select(number => $"{number}"));
        var made = all.Skip(before).ToList();
        made.Select(entry => (string)entry["subject"]!).ShouldBe(names, ignoreOrder: true);
        foreach (var entry in made)
        {
            ((string)entry["action"]!).ShouldBe("dataset.create");
            ((string)entry["author"]!).ShouldBe("root");
            ((string)entry["details"]!["aclMode"]!).ShouldBe("custom");
        }

        var times = all.Select(entry => DateTimeOffset.Parse((string)entry["timestamp"]!)).ToList();
        times.Zip(times.Skip(1)).ShouldAllBe(pair => pair.First < pair.Second);

        (await ReadAllAsync("limit=7")).Select(entry => entry.ToJsonString())
            .ShouldBe(all.AsEnumerable().Reverse().Select(entry => entry.ToJsonString()));
        var from = (string)made[5]["timestamp"]!;
        var to = (string)made[9]["timestamp"]!;
        (await ReadAllAsync($"order=asc&fromTime={from}&toTime={to}&actions=dataset.create,x&authors=root"))
            .Select(entry => entry.ToJsonString()).ShouldBe(made[5..10].Select(entry => entry.ToJsonString()));
        (await ReadAllAsync("actions=dataset.delete&authors=nobody")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("nextCursor=-1", "nextCursor")]
    [InlineData("order=up", "order")]
    [InlineData("fromTime=yesterday", "fromTime")]
    [InlineData("toTime=0", "toTime")]
    public async Task Bad_parameters_are_named(string query, string field) =>
        (await _api.GetAsync($"{Path}?{query}")).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain($"\\\"{field}\\\"");

    [Fact]
    public async Task Only_administrators_of_an_existing_project_read_it()
    {
        (await _api.AnonymousAsync(Path)).ShouldBeBoom(HttpStatusCode.Unauthorized);
        (await _api.GetAsync("/v1/projects/none/activity")).ShouldBeBoom(HttpStatusCode.NotFound);
    }

    private Task<Answer> PutAsync(string name) =>
        _api.SendAsync(HttpMethod.Put, $"/v1/datasets/{name}", """{"aclMode":"custom"}""");

    private async Task<List<JsonNode>> ReadAllAsync(string query)
    {
        var entries = new List<JsonNode>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await _api.GetAsync($"{Path}?{query}&nextCursor={cursor}")).ShouldBe(HttpStatusCode.OK).Json;
            var data = page["data"]!.AsArray();
            entries.AddRange(data.Select(entry => entry!));
            cursor = (string?)page["nextCursor"];
            (cursor is null || data.Count > 0).ShouldBeTrue();
        }

        return entries;
    }
}
