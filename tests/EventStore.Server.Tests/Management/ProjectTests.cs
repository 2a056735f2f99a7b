using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Management;

/// <summary>Projects are created, shown, changed, closed and deleted; every change leaves a record.</summary>
public sealed class ProjectTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly Api _api = new(server);

    [Fact]
    public async Task A_project_is_created_shown_changed_and_deleted()
    {
        const string body = """
            {"displayName":"First","id":"first","organizationId":"local","studioHost":"first-studio","maxRetentionDays":90,
             "activityFeedEnabled":false,"metadata":{"color":"#ff0000","integration":"cli"},"subscription":"ignored"}
            """;
        var created = (await PostAsync(body)).ShouldBe(HttpStatusCode.OK).Json;
        foreach (var (name, value) in JsonNode.Parse(body)!.AsObject().Where(field => field.Key != "subscription"))
        {
            created[name]!.ToJsonString().ShouldBe(value!.ToJsonString(), name);
        }

        foreach (var flag in new[] { "isBlocked", "isDisabled", "isDisabledByUser" })
        {
            ((bool)created[flag]!).ShouldBeFalse();
        }

        (await _api.GetAsync("/v1/projects/first")).ShouldBe(HttpStatusCode.OK).Text.ShouldBe(created.ToJsonString());
        (await ListAsync()).ShouldContain("first");

        // Of the metadata only the keys named change; a null takes one away.
        var changed = (await PatchAsync("first", """
            {"displayName":"Renamed","studioHost":null,"externalStudioHost":"https://studio.example.org",
             "metadata":{"integration":null,"cliInitializedAt":"now"},"isDisabledByUser":true}
            """)).ShouldBe(HttpStatusCode.OK).Json;
        ((string)changed["displayName"]!).ShouldBe("Renamed");
        changed["studioHost"].ShouldBeNull();
        ((bool)changed["isDisabledByUser"]!).ShouldBeTrue();
        ((int)changed["maxRetentionDays"]!).ShouldBe(90);
        JsonNode.DeepEquals(changed["metadata"], JsonNode.Parse("""{"color":"#ff0000","cliInitializedAt":"now"}""")).ShouldBeTrue();
        (await _api.GetAsync("/v1/projects/first")).Text.ShouldBe(changed.ToJsonString());

        (await DeleteAsync("first")).Text.ShouldBe("""{"deleted":true}""");
        (await _api.GetAsync("/v1/projects/first")).ShouldBeBoom(HttpStatusCode.NotFound).Text.ShouldContain("SIO-404-PNF");
        (await DeleteAsync("first")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await PatchAsync("first", "{}")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await ListAsync()).ShouldNotContain("first");
        (await PostAsync("""{"displayName":"Again","id":"first"}""")).ShouldBeBoom(HttpStatusCode.Conflict)
            .Text.ShouldContain("\\\"id\\\"");
    }

    [Fact]
    public async Task A_project_without_an_id_gets_one_that_can_stand_in_a_host_name()
    {
        var created = (await PostAsync("""{"displayName":"Nameless"}""")).ShouldBe(HttpStatusCode.OK).Json;
        var id = (string)created["id"]!;
        id.ShouldMatch("^[a-z][a-z0-9]{7}$");
        created["organizationId"].ShouldBeNull();
        (await _api.SendAsync(HttpMethod.Put, $"/p/{id}/v1/datasets/own", "{}")).ShouldBe(HttpStatusCode.OK);
        (await DeleteAsync(id)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Lists_leave_out_what_is_not_asked_for()
    {
        await PostAsync("""{"displayName":"Listed","id":"listed","organizationId":"local"}""");
        var whole = (await _api.GetAsync("/v1/projects?onlyExplicitMembership=true")).Json.AsArray().Single(Is("listed"))!;
        whole["members"].ShouldNotBeNull();
        whole["features"].ShouldNotBeNull();
        whole["organization"].ShouldBeNull();
        var small = (await _api.GetAsync("/v1/projects?includeMembers=false&includeFeatures=false&includeOrganization=true"))
            .Json.AsArray().Single(Is("listed"))!.AsObject();
        small.ContainsKey("members").ShouldBeFalse();
        small.ContainsKey("features").ShouldBeFalse();
        ((string)small["organization"]!["id"]!).ShouldBe("local");
        (await _api.GetAsync("/v1/projects?organizationId=local")).Json.AsArray().Select(Id).ShouldContain("listed");
        (await _api.GetAsync("/v1/projects?organizationId=local")).Json.AsArray().Select(Id).ShouldNotContain(TestServer.ProjectId);
        (await _api.GetAsync("/v1/projects?organizationId=other")).Json.AsArray().ShouldBeEmpty();
        (await _api.GetAsync("/v1/projects?includeMembers=perhaps")).ShouldBeBoom(HttpStatusCode.BadRequest)
            .Text.ShouldContain("includeMembers");
        await DeleteAsync("listed");
    }

    [Theory]
    [InlineData("isBlocked", "blocked")]
    [InlineData("isDisabled", "disabled")]
    [InlineData("isDisabledByUser", "disabled")]
    public async Task Data_calls_of_a_closed_project_are_refused_saying_why(string flag, string reason)
    {
        var id = "closed-" + flag.ToLowerInvariant();
        (await PostAsync($$"""{"displayName":"Closed","id":"{{id}}"}""")).ShouldBe(HttpStatusCode.OK);
        (await _api.SendAsync(HttpMethod.Put, $"/p/{id}/v1/datasets/data", """{"aclMode":"public"}""")).ShouldBe(HttpStatusCode.OK);
        const string create = """{"mutations":[{"create":{"_id":"a","_type":"t"}}]}""";
        (await _api.PostAsync($"/p/{id}/v1/data/mutate/data", create)).ShouldBe(HttpStatusCode.OK);

        (await PatchAsync(id, $$"""{"{{flag}}":true}""")).ShouldBe(HttpStatusCode.OK);
        string[] paths =
            ["doc/data/a", "export/data", "history/data/transactions", "history/data/documents/a?lastRevision=true", "ping/data"];
        foreach (var path in paths)
        {
            (await _api.GetAsync($"/p/{id}/v1/data/{path}")).ShouldBe(HttpStatusCode.Forbidden).Text.ShouldContain(reason);
            (await _api.AnonymousAsync($"/p/{id}/v1/data/{path}")).Status
                .ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized);
        }

        foreach (var call in new[] { "mutate", "import", "verify" })
        {
            (await _api.PostAsync($"/p/{id}/v1/data/{call}/data", create)).ShouldBe(HttpStatusCode.Forbidden).Text.ShouldContain(reason);
        }

        (await _api.GetAsync($"/p/{id}/v1/datasets")).ShouldBe(HttpStatusCode.OK);
        (await PatchAsync(id, $$"""{"{{flag}}":false}""")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync($"/p/{id}/v1/data/doc/data/a")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{}""", "displayName")]
    [InlineData("""{"displayName":null}""", "displayName")]
    [InlineData("""{"displayName":" "}""", "displayName")]
    [InlineData("""{"displayName":7}""", "displayName")]
    [InlineData("""{"displayName":"a\u0000b"}""", "displayName")]
    [InlineData("""{"displayName":"x","id":"Bad"}""", "id")]
    [InlineData("""{"displayName":"x","id":"-bad"}""", "id")]
    [InlineData("""{"displayName":"x","id":["a"]}""", "id")]
    [InlineData("""{"displayName":"x","id":"test"}""", "id")]
    [InlineData("""{"displayName":"x","organizationId":"nobody"}""", "organizationId")]
    [InlineData("""{"displayName":"x","isBlocked":"yes"}""", "isBlocked")]
    [InlineData("""{"displayName":"x","isDisabled":1}""", "isDisabled")]
    [InlineData("""{"displayName":"x","isDisabledByUser":[]}""", "isDisabledByUser")]
    [InlineData("""{"displayName":"x","activityFeedEnabled":{}}""", "activityFeedEnabled")]
    [InlineData("""{"displayName":"x","maxRetentionDays":0}""", "maxRetentionDays")]
    [InlineData("""{"displayName":"x","maxRetentionDays":1.5}""", "maxRetentionDays")]
    [InlineData("""{"displayName":"x","maxRetentionDays":99999999999}""", "maxRetentionDays")]
    [InlineData("""{"displayName":"x","studioHost":"not a host"}""", "studioHost")]
    [InlineData("""{"displayName":"x","externalStudioHost":"ftp://x"}""", "externalStudioHost")]
    [InlineData("""{"displayName":"x","metadata":"red"}""", "metadata")]
    [InlineData("""{"displayName":"x","metadata":{"color":1}}""", "metadata.color")]
    [InlineData("""{"displayName":"x","metadata":{"a":"\u0000"}}""", "metadata")]
    [InlineData("""[1]""", "body")]
    [InlineData("""{"displayName":"x",""", "body")]
    [InlineData("""{"displayName":"x","displayName":"y"}""", "body")]
    public async Task Bad_fields_are_named(string body, string field)
    {
        var answer = await PostAsync(body);
        answer.Status.ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.Conflict);
        answer.ShouldBeBoom(answer.Status).Text.ShouldContain(field);
        (await _api.GetAsync("/v1/projects")).Text.ShouldNotContain("\"displayName\":\"x\"");
    }

    [Fact]
    public async Task Metadata_and_studio_hosts_have_limits()
    {
        await PostAsync("""{"displayName":"Limits","id":"limits","studioHost":"taken"}""");
        (await PostAsync("""{"displayName":"Second","studioHost":"taken"}""")).ShouldBeBoom(HttpStatusCode.Conflict)
            .Text.ShouldContain("studioHost");
        var large = new string('x', 9_000);
        (await PatchAsync("limits", $$$"""{"metadata":{"a":"{{{large}}}"}}""")).ShouldBe(HttpStatusCode.OK);
        (await PatchAsync("limits", $$$"""{"metadata":{"b":"{{{large}}}"}}""")).ShouldBeBoom(HttpStatusCode.BadRequest)
            .Text.ShouldContain("metadata");
        (await PatchAsync("limits", $$"""{"displayName":"{{new string('x', 2_000_000)}}"}"""))
            .ShouldBeBoom(HttpStatusCode.RequestEntityTooLarge);
        (await PatchAsync("limits", $$"""{"displayName":"{{new string('x', 501)}}"}""")).ShouldBeBoom(HttpStatusCode.BadRequest)
            .Text.ShouldContain("displayName");
        await DeleteAsync("limits");
        (await PostAsync("""{"displayName":"Second","id":"second","studioHost":"taken"}""")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Changes_of_a_project_are_recorded_with_what_changed()
    {
        await PostAsync("""{"displayName":"Recorded","id":"recorded"}""");
        await PatchAsync("recorded", """{"displayName":"Recorded","isBlocked":true,"metadata":{"color":"#fff"}}""");
        var entries = (await _api.GetAsync("/v1/projects/recorded/activity")).Json["data"]!.AsArray();
        entries.Select(entry => (string)entry!["action"]!).ShouldBe(["project.update", "project.create"]);
        entries[0]!["details"]!.ToJsonString().ShouldBe("""{"metadata":{"color":"#fff"},"isBlocked":true}""");
        (await DeleteAsync("recorded")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_server_has_one_organization()
    {
        var organizations = (await _api.GetAsync("/v1/organizations")).ShouldBe(HttpStatusCode.OK).Json.AsArray();
        var id = (string)organizations.ShouldHaveSingleItem()!["id"]!;
        ((string)(await _api.GetAsync($"/v1/organizations/{id}")).Json["id"]!).ShouldBe(id);
        (await _api.GetAsync($"/v1/organizations/{id}/grants")).Text.ShouldContain("attach");
        (await _api.GetAsync("/v1/organizations/other")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.AnonymousAsync("/v1/organizations")).ShouldBeBoom(HttpStatusCode.Unauthorized);
    }

    private static Func<JsonNode?, bool> Is(string id) => node => Id(node) == id;

    private static string Id(JsonNode? node) => (string)node!["id"]!;

    private async Task<List<string>> ListAsync() => (await _api.GetAsync("/v1/projects")).Json.AsArray().Select(Id).ToList();

    private Task<Answer> PostAsync(string body) => _api.PostAsync("/v2021-06-07/projects", body);

    private Task<Answer> PatchAsync(string id, string body) => _api.SendAsync(HttpMethod.Patch, $"/v1/projects/{id}", body);

    private async Task<Answer> DeleteAsync(string id) => await Answer.ReadAsync(await _api.Client.DeleteAsync($"/v1/projects/{id}"));
}
