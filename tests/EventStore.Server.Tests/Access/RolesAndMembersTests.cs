using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Access;

/// <summary>Roles, members, users and grants as clients read them.</summary>
public sealed class RolesAndMembersTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly string[] BuiltIn = ["administrator", "developer", "editor", "contributor", "viewer", "deploy-studio"];

    [Fact]
    public async Task A_project_makes_changes_and_deletes_roles_of_its_own()
    {
        var stage = await Stage.CreateAsync(server);
        var path = $"/v1/access/project/{stage.ProjectId}/roles";
        const string definition =
            """
            "description":"Writes the blog","grants":{"sanity.project":["read"],"sanity.project.datasets":["read"]},
            "documents":[{"filter":"_id in path(\"blog.**\")","permissions":["read","update"],"dataset":"closed"}]
            """;
        await stage.CreateRoleAsync("blogger", $"\"title\":\"Blogger\",{definition}");
        (await stage.AsRootAsync(HttpMethod.Post, path, """{"name":"blogger"}""")).ShouldBeBoom(HttpStatusCode.Conflict);
        (await stage.AsRootAsync(HttpMethod.Post, path, """{"name":"viewer"}""")).ShouldBeBoom(HttpStatusCode.Conflict);

        var one = (await stage.AsRootAsync(HttpMethod.Get, $"{path}/blogger")).ShouldBe(HttpStatusCode.OK).Json;
        one["documents"]!.ToJsonString().ShouldBe(
            """[{"filter":"_id in path(\u0022blog.**\u0022)","permissions":["read","update"],"dataset":"closed"}]""");
        one["grants"]!.AsObject().Select(resource => $"{resource.Key} {resource.Value!.ToJsonString()}").ShouldBe(
        [
            """sanity.project [{"grants":[{"name":"read","params":{}}]}]""",
            """sanity.project.datasets [{"grants":[{"name":"read","params":{}}]}]""",
        ]);
        foreach (var route in new[] { path, stage.Path("/roles"), $"/v1/projects/{stage.ProjectId}/roles" })
        {
            var answer = (await stage.AsRootAsync(HttpMethod.Get, route)).ShouldBe(HttpStatusCode.OK).Json;
            var list = (answer as JsonArray ?? answer["data"]!.AsArray()).ToList();
            list.Select(role => (string)role!["name"]!).ShouldBe([.. BuiltIn, "blogger"]);
            list.ShouldAllBe(role => role!["title"] != null && role["appliesToRobots"] != null);
        }

        // What the role may do follows its definition from the next request on.
        (await stage.AsRootAsync(HttpMethod.Post, stage.Path($"/data/mutate/{Stage.Closed}"),
            """{"mutations":[{"create":{"_id":"blog.a","_type":"t"}}]}""")).ShouldBe(HttpStatusCode.OK);
        async Task<int> VisibleAsync() =>
            (await stage.GetAsync("blogger", $"/data/doc/{Stage.Closed}/a,blog.a")).Json["documents"]?.AsArray().Count ?? 0;
        (await VisibleAsync()).ShouldBe(1);
        (await stage.MutateAsync("blogger", Stage.Closed, """{"patch":{"id":"blog.a","set":{"n":1}}}""")).ShouldBe(HttpStatusCode.OK);
        (await stage.GetAsync("blogger", "/data/export/open")).Lines.Select(line => (string)line["_id"]!).ShouldBe(["a"]);
        (await stage.AsRootAsync(
            HttpMethod.Put, $"{path}/blogger", """{"documents":[{"filter":"_id in path(\"**\")","permissions":["read"]}]}"""))
            .ShouldBe(HttpStatusCode.OK);
        (await VisibleAsync()).ShouldBe(2);
        (await stage.MutateAsync("blogger", Stage.Closed, """{"patch":{"id":"blog.a","set":{"n":2}}}"""))
            .ShouldBe(HttpStatusCode.Forbidden);

        (await stage.AsRootAsync(HttpMethod.Delete, $"{path}/blogger")).ShouldBeBoom(HttpStatusCode.Conflict);
        await stage.AsRootAsync(HttpMethod.Delete, $"/v1/access/project/{stage.ProjectId}/robots/{stage.TokenId("blogger")}");
        (await stage.AsRootAsync(HttpMethod.Delete, $"{path}/blogger")).ShouldBe(HttpStatusCode.NoContent);
        (await stage.AsRootAsync(HttpMethod.Delete, $"{path}/blogger")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await stage.AsRootAsync(HttpMethod.Put, $"{path}/blogger", "{}")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await stage.AsRootAsync(HttpMethod.Put, $"{path}/viewer", "{}")).ShouldBeBoom(HttpStatusCode.Conflict);
        var recorded = await stage.AsRootAsync(
            HttpMethod.Get, stage.Path($"/projects/{stage.ProjectId}/activity?actions=role.create,role.update,role.delete&order=asc"));
        recorded.Json["data"]!.AsArray().Select(entry => (string)entry!["action"]!).ShouldBe(["role.create", "role.update", "role.delete"]);
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":"Big"}""", "name")]
    [InlineData("""{"name":"x","grants":[]}""", "grants")]
    [InlineData("""{"name":"x","grants":{"sanity.project":"read"}}""", "grants.sanity.project")]
    [InlineData("""{"name":"x","grants":{"sanity.project":["fly"]}}""", "grants.sanity.project")]
    [InlineData("""{"name":"x","grants":{"sanity.organization.projects":["create"]}}""", "grants.sanity.organization.projects")]
    [InlineData("""{"name":"x","documents":{}}""", "documents")]
    [InlineData("""{"name":"x","documents":[1]}""", "documents[0]")]
    [InlineData("""{"name":"x","documents":[{"filter":"count(*) > 0","permissions":["read"]}]}""", "documents[0].filter")]
    [InlineData("""{"name":"x","documents":[{"filter":"author->name == \"x\"","permissions":["read"]}]}""", "documents[0].filter")]
    [InlineData("""{"name":"x","documents":[{"filter":"_id in path(\"a\") || ","permissions":["read"]}]}""", "documents[0].filter")]
    [InlineData("""{"name":"x","documents":[{"filter":"_id in path(\"a\")","permissions":["see"]}]}""", "documents[0].permissions")]
    [InlineData("""{"name":"x","documents":[{"filter":"_id in path(\"a\")"}]}""", "documents[0].permissions")]
    [InlineData(
        """{"name":"x","documents":[{"filter":"_id in path(\"a\")","permissions":["read"],"dataset":"B C"}]}""",
        "documents[0].dataset")]
    [InlineData("""{"name":"x","appliesToRobots":"no"}""", "appliesToRobots")]
    public async Task Bad_roles_are_refused_by_the_name_of_the_field(string body, string field) =>
        (await new Api(server).PostAsync($"/v1/access/project/{TestServer.ProjectId}/roles", body))
            .ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain($"\\\"{field}\\\"");

    [Fact]
    public async Task Callers_learn_who_they_are_and_what_they_may()
    {
        var stage = await Stage.CreateAsync(server);
        foreach (var role in BuiltIn)
        {
            var me = (await stage.GetAsync(role, "/users/me")).ShouldBe(HttpStatusCode.OK).Json;
            ((string)me["id"]!).ShouldBe(stage.TokenId(role));
            ((string)me["role"]!).ShouldBe(role);
            ((string)me["roles"]![0]!["name"]!).ShouldBe(role);
            ((string)(await stage.GetAsync(role, "/auth/id")).Json["id"]!).ShouldBe(stage.TokenId(role));
            var here = (await stage.GetAsync(role, $"/projects/{stage.ProjectId}/users/me")).ShouldBe(HttpStatusCode.OK).Json;
            ((string)here["id"]!).ShouldBe(stage.TokenId(role));
            ((string)here["projectId"]!).ShouldBe(stage.ProjectId);

            var grants = (await stage.GetAsync(role, "/users/me/grants")).ShouldBe(HttpStatusCode.OK).Json["projects"]!.AsObject();
            grants.Select(project => project.Key).ShouldBe([stage.ProjectId]);
            var datasets = grants[stage.ProjectId]!["sanity.project.datasets"]![0]!["grants"]!.AsArray();
            datasets.Any(grant => (string)grant!["name"]! == "create").ShouldBe(role is "administrator" or "developer");
            (await stage.GetAsync(role, $"/projects/{stage.ProjectId}/grants")).Text.ShouldBe(grants[stage.ProjectId]!.ToJsonString());
            var permissions = await stage.GetAsync(role, $"/projects/{stage.ProjectId}/permissions");
            permissions.Json.AsArray().Select(text => (string)text!).Contains("sanity.project.delete").ShouldBe(role == "administrator");
            (await stage.GetAsync(role, "/features")).Json.AsArray().Select(text => (string)text!).ShouldContain("privateDataset");
        }

        var root = (await stage.AsRootAsync(HttpMethod.Get, "/v1/users/me")).Json;
        ((string)root["role"]!).ShouldBe("administrator");
        (await stage.AsRootAsync(HttpMethod.Get, "/v1/users/me/grants")).Json["projects"]!.AsObject().Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task The_access_list_of_a_dataset_says_what_the_caller_may()
    {
        var stage = await Stage.CreateAsync(server);
        const string all = """{"filter":"_id in path(\"**\")","permissions":["read","create","update","history","editHistory"]}""";
        const string reading = """{"filter":"_id in path(\"**\")","permissions":["read","history"]}""";
        const string drafts =
            """{"filter":"_id in path(\"drafts.**\") || _id in path(\"versions.**\")","permissions":["create","update"]}""";
        const string open = """{"filter":"_id in path(\"*\")","permissions":["read"]}""";
        foreach (var (role, grants) in new[]
        {
            ("editor", all), ("viewer", reading), ("contributor", $"{reading},{drafts}"), ("deploy-studio", ""),
        })
        {
            var path = $"/v1/projects/{stage.ProjectId}/datasets";
            (await stage.SendAsync(await stage.TokenAsync(role), HttpMethod.Get, $"{path}/closed/acl")).Text.ShouldBe($"[{grants}]");
            var both = grants.Length == 0 ? open : $"{grants},{open}";
            (await stage.SendAsync(await stage.TokenAsync(role), HttpMethod.Get, $"{path}/open/acl")).Text.ShouldBe($"[{both}]");
        }
    }

    [Fact]
    public async Task Users_are_found_by_members_of_their_project_alone()
    {
        var stage = await Stage.CreateAsync(server);
        var other = await Stage.CreateAsync(server);
        var viewer = await stage.TokenAsync("viewer");
        await stage.TokenAsync("editor");
        await other.TokenAsync("editor");
        var ids = $"{stage.TokenId("viewer")},{other.TokenId("editor")},root,nobody,{stage.TokenId("editor")},me";
        var found = (await stage.SendAsync(viewer, HttpMethod.Get, $"/v1/users/{ids}")).ShouldBe(HttpStatusCode.OK);
        found.Json.AsArray().Select(user => (string)user!["id"]!)
            .ShouldBe([stage.TokenId("viewer"), "root", stage.TokenId("editor")]);
        (await stage.SendAsync(viewer, HttpMethod.Get, $"/v1/users/{other.TokenId("editor")}")).ShouldBeBoom(HttpStatusCode.NotFound);

        var members = (await stage.GetAsync("viewer", $"/access/project/{stage.ProjectId}/users"))
            .ShouldBe(HttpStatusCode.OK).Json["data"]!.AsArray();
        members.Select(member => (string)member!["id"]!).ShouldBe(["root", stage.TokenId("viewer"), stage.TokenId("editor")]);
        members.Select(member => (bool)member!["isCurrentUser"]!).ShouldBe([false, true, false]);
        (await stage.GetAsync("viewer", $"/projects/{stage.ProjectId}/users/{other.TokenId("editor")}"))
            .ShouldBeBoom(HttpStatusCode.NotFound);

        // A role is given and taken; root's are not to be changed.
        var path = $"/v1/access/project/{stage.ProjectId}/users";
        var given = (await stage.AsRootAsync(HttpMethod.Put, $"{path}/{stage.TokenId("viewer")}/roles/developer", ""))
            .ShouldBe(HttpStatusCode.OK);
        given.Json["roles"]!.AsArray().Select(role => (string)role!["name"]!).ShouldBe(["developer", "viewer"], ignoreOrder: true);
        (await stage.GetAsync("viewer", $"/projects/{stage.ProjectId}/tokens")).ShouldBe(HttpStatusCode.OK);
        (await stage.AsRootAsync(HttpMethod.Delete, $"{path}/{stage.TokenId("viewer")}/roles/developer")).ShouldBe(HttpStatusCode.OK);
        (await stage.GetAsync("viewer", $"/projects/{stage.ProjectId}/tokens")).ShouldBeBoom(HttpStatusCode.Forbidden);
        (await stage.AsRootAsync(HttpMethod.Delete, $"{path}/{stage.TokenId("viewer")}/roles/developer"))
            .ShouldBeBoom(HttpStatusCode.NotFound);
        (await stage.AsRootAsync(HttpMethod.Put, $"{path}/root/roles/viewer", "")).ShouldBeBoom(HttpStatusCode.Conflict);
        (await stage.AsRootAsync(HttpMethod.Put, $"{path}/{stage.TokenId("viewer")}/roles/king", ""))
            .ShouldBeBoom(HttpStatusCode.BadRequest);
    }
}
