using System.Net;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Management;

/// <summary>Tags of a project and the datasets that carry them.</summary>
public sealed class TagTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Tags = $"/v1/projects/{TestServer.ProjectId}/tags";

    private readonly Api _api = new(server);

    [Fact]
    public async Task A_tag_is_created_assigned_removed_and_deleted()
    {
        var dataset = await _api.CreateDatasetAsync();
        var ofDataset = $"/v1/projects/{TestServer.ProjectId}/datasets/{dataset}/tags";
        var created = (await _api.PostAsync(Tags, """
            {"title":"Live","name":"live","description":"What readers see","metadata":{"color":"#00ff00"}}
            """)).ShouldBe(HttpStatusCode.OK).Json;
        var id = (string)created["id"]!;
        (await _api.GetAsync(Tags)).Json.AsArray().ShouldHaveSingleItem()!.ToJsonString().ShouldBe(created.ToJsonString());
        (await _api.PostAsync(Tags, """{"name":"live"}""")).ShouldBeBoom(HttpStatusCode.Conflict).Text.ShouldContain("name");

        foreach (var identifier in new[] { "live", id, id })
        {
            (await SendAsync(HttpMethod.Put, $"{ofDataset}/{identifier}")).ShouldBe(HttpStatusCode.OK)
                .Json.AsArray().ShouldHaveSingleItem()!["name"]!.GetValue<string>().ShouldBe("live");
        }

        (await _api.GetAsync($"/v1/datasets/{dataset}/tags")).Json[0]!["title"]!.GetValue<string>().ShouldBe("Live");
        (await _api.GetAsync($"/v1/datasets/{dataset}")).Json["tags"]!.ToJsonString().ShouldBe("""[{"name":"live","title":"Live"}]""");
        (await SendAsync(HttpMethod.Delete, $"{Tags}/live")).ShouldBeBoom(HttpStatusCode.Conflict).Text.ShouldContain(dataset);

        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Patch })
        {
            var updated = (await _api.SendAsync(method, $"{Tags}/{id}", """{"name":"shown","title":"Shown","metadata":{"color":null}}"""))
                .ShouldBe(HttpStatusCode.OK).Json;
            ((string)updated["name"]!).ShouldBe("shown");
            ((string)updated["id"]!).ShouldBe(id);
            ((string)updated["description"]!).ShouldBe("What readers see");
            updated["metadata"]!.ToJsonString().ShouldBe("{}");
            updated["datasets"]!.ToJsonString().ShouldBe($"[\"{dataset}\"]");
        }

        (await SendAsync(HttpMethod.Delete, $"{ofDataset}/shown")).ShouldBe(HttpStatusCode.OK).Text.ShouldBe("[]");
        (await SendAsync(HttpMethod.Delete, $"{Tags}/shown")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Delete, $"{Tags}/shown")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await SendAsync(HttpMethod.Put, $"{ofDataset}/shown")).ShouldBeBoom(HttpStatusCode.NotFound);

        var actions = (await _api.GetAsync($"/v1/projects/{TestServer.ProjectId}/activity?order=asc&limit=1000")).Json["data"]!.AsArray()
            .Where(entry => (string)entry!["subject"]! is "live" or "shown").Select(entry => (string)entry!["action"]!);
        actions.ShouldBe(["tag.create", "tag.assign", "tag.update", "tag.update", "tag.unassign", "tag.delete"]);
    }

    [Fact]
    public async Task The_deletion_of_a_dataset_sets_its_tags_free()
    {
        var dataset = await _api.CreateDatasetAsync();
        await _api.PostAsync(Tags, """{"name":"bound"}""");
        (await SendAsync(HttpMethod.Put, $"/v1/datasets/{dataset}/tags/bound")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Delete, $"/v1/datasets/{dataset}")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Delete, $"{Tags}/bound")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync($"/v1/datasets/{dataset}/tags")).ShouldBeBoom(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":"has blank"}""", "name")]
    [InlineData("""{"name":3}""", "name")]
    [InlineData("""{"name":"bad","title":[]}""", "title")]
    [InlineData("""{"name":"bad","description":1}""", "description")]
    [InlineData("""{"name":"bad","metadata":[]}""", "metadata")]
    [InlineData("""{"name":"bad","metadata":{"color":[]}}""", "metadata.color")]
    public async Task Bad_fields_are_named(string body, string field) =>
        (await _api.PostAsync(Tags, body)).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain(field);

    private Task<Answer> SendAsync(HttpMethod method, string path) => _api.SendAsync(method, path, "");
}
