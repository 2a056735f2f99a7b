using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Hosting;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Access;

/// <summary>Tokens from their making to their end.</summary>
public sealed class TokenTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_token_has_a_recognisable_form_and_not_one_character_of_it_may_change()
    {
        var stage = await Stage.CreateAsync(server);
        var key = await stage.TokenAsync("viewer");
        key.ShouldMatch("^es_token_[0-9A-Za-z]{12}_[0-9A-Za-z]{46}$");
        for (var position = 0; position < key.Length; position++)
        {
            var other = key[position] == 'x' ? 'y' : 'x';
            var changed = key[..position] + other + key[(position + 1)..];
            foreach (var text in new[] { changed, key.Remove(position, 1), key.Insert(position, "x") })
            {
                (await MeAsync(stage, text)).ShouldBeBoom(HttpStatusCode.Unauthorized).Text.ShouldNotContain(text);
            }
        }

        (await MeAsync(stage, key)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Both_APIs_make_list_and_delete_the_same_tokens_and_show_the_secret_once()
    {
        var stage = await Stage.CreateAsync(server);
        var tokens = stage.Path($"/projects/{stage.ProjectId}/tokens");
        var robots = $"/v1/access/project/{stage.ProjectId}/robots";
        var made = (await stage.AsRootAsync(HttpMethod.Post, tokens, """{"label":" one ","roleName":"editor"}"""))
            .ShouldBe(HttpStatusCode.OK).Json;
        ((string)made["label"]!).ShouldBe("one");
        ((string)made["roles"]![0]!["name"]!).ShouldBe("editor");
        ((string)made["roles"]![0]!["title"]!).ShouldBe("Editor");
        var key = (string)made["key"]!;
        var expiry = DateTimeOffset.UtcNow.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        var robot = (await stage.AsRootAsync(
            HttpMethod.Post,
            $"{robots}?sendNotification=false",
            $$"""
            {"label":"two","expiresAt":"{{expiry}}",
             "memberships":[{"resourceType":"project","resourceId":"{{stage.ProjectId}}","roleNames":["viewer","editor"]}]}
            """)).ShouldBe(HttpStatusCode.OK).Json;
        var secret = (string)robot["token"]!;
        robot["memberships"]![0]!["roleNames"]!.AsArray().Select(name => (string)name!).ShouldBe(["viewer", "editor"]);
        ((string)robot["expiresAt"]!).ShouldStartWith(expiry[..^1]);

        var listed = (await stage.AsRootAsync(HttpMethod.Get, tokens)).ShouldBe(HttpStatusCode.OK);
        listed.Json.AsArray().Select(token => (string)token!["id"]!).ShouldBe([(string)made["id"]!, (string)robot["id"]!]);
        var data = (await stage.AsRootAsync(HttpMethod.Get, robots)).ShouldBe(HttpStatusCode.OK);
        data.Json["data"]!.AsArray().Select(token => (string)token!["id"]!).ShouldBe([(string)made["id"]!, (string)robot["id"]!]);
        data.Json.AsObject().ContainsKey("nextCursor").ShouldBeTrue();
        data.Json["nextCursor"].ShouldBeNull();
        var activity = await stage.AsRootAsync(HttpMethod.Get, stage.Path($"/projects/{stage.ProjectId}/activity"));
        foreach (var answer in new[] { listed, data, activity })
        {
            answer.Text.ShouldNotContain(key[22..]);
            answer.Text.ShouldNotContain(secret[22..]);
        }

        (await MeAsync(stage, key)).ShouldBe(HttpStatusCode.OK);
        (await MeAsync(stage, secret)).ShouldBe(HttpStatusCode.OK);
        (await stage.AsRootAsync(HttpMethod.Delete, $"{robots}/{made["id"]}")).ShouldBe(HttpStatusCode.NoContent);
        (await stage.AsRootAsync(HttpMethod.Delete, $"{tokens}/{robot["id"]}")).ShouldBe(HttpStatusCode.NoContent);
        (await MeAsync(stage, key)).ShouldBeBoom(HttpStatusCode.Unauthorized).Text.ShouldContain("SIO-401-ANF");
        (await MeAsync(stage, secret)).ShouldBeBoom(HttpStatusCode.Unauthorized);
        (await stage.AsRootAsync(HttpMethod.Delete, $"{tokens}/{robot["id"]}")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await stage.AsRootAsync(HttpMethod.Get, tokens)).Json.AsArray().ShouldBeEmpty();

        var recorded = (await stage.AsRootAsync(
            HttpMethod.Get, stage.Path($"/projects/{stage.ProjectId}/activity?actions=token.create,token.delete&order=asc")))
            .Json["data"]!.AsArray();
        recorded.Select(entry => $"{entry!["action"]} {entry["subject"]} {entry["author"]}").ShouldBe(
        [
            $"token.create {made["id"]} root", $"token.create {robot["id"]} root",
            $"token.delete {made["id"]} root", $"token.delete {robot["id"]} root",
        ]);
    }

    [Fact]
    public async Task A_robot_replaces_its_own_token_and_stays_who_it_is()
    {
        var stage = await Stage.CreateAsync(server);
        var old = await stage.TokenAsync("editor");
        var id = (string)(await MeAsync(stage, old)).Json["id"]!;
        var rotated = (await stage.SendAsync(old, HttpMethod.Post, "/v1/access/robots/me/rotate")).ShouldBe(HttpStatusCode.OK).Json;
        ((string)rotated["id"]!).ShouldBe(id);
        (await MeAsync(stage, old)).ShouldBeBoom(HttpStatusCode.Unauthorized);
        var me = (await MeAsync(stage, (string)rotated["token"]!)).ShouldBe(HttpStatusCode.OK).Json;
        ((string)me["id"]!).ShouldBe(id);
        ((string)me["role"]!).ShouldBe("editor");
        (await stage.AsRootAsync(HttpMethod.Post, "/v1/access/robots/me/rotate")).ShouldBeBoom(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Every_server_refuses_a_token_from_the_moment_it_is_deleted_or_its_roles_are_changed()
    {
        var folder = TemporaryFolder.Create();
        await using var other = await ServerHost.StartAsync(new ServerSettings
        {
            DataFolder = folder,
            ConnectionString = server.ConnectionString,
            Urls = "http://127.0.0.1:0",
            ProjectId = TestServer.ProjectId,
            TokenPepper = File.ReadAllText(Path.Combine(server.Host.Settings.DataFolder, "token-pepper")).Trim(),
        });
        using var client = new HttpClient { BaseAddress = other.Address };
        var stage = await Stage.CreateAsync(server);
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        for (var round = 0; round < 20; round++)
        {
            var name = $"token {round}";
            client.DefaultRequestHeaders.Authorization = new("Bearer", await stage.TokenAsync("viewer", name));
            var path = stage.Path($"/data/doc/{Stage.Closed}/a");
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
            var member = $"/v1/access/project/{stage.ProjectId}/users/{stage.TokenId(name)}/roles/viewer";
            (await stage.AsRootAsync(HttpMethod.Delete, member)).ShouldBe(HttpStatusCode.OK);
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await stage.AsRootAsync(HttpMethod.Put, member, "")).ShouldBe(HttpStatusCode.OK);
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await stage.AsRootAsync(HttpMethod.Delete, $"/v1/access/project/{stage.ProjectId}/robots/{stage.TokenId(name)}"))
                .ShouldBe(HttpStatusCode.NoContent);
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task The_last_use_is_recorded_once_in_a_while()
    {
        var stage = await Stage.CreateAsync(server);
        var key = await stage.TokenAsync("viewer");
        (await LastUseAsync(stage)).ShouldBeNull();
        (await MeAsync(stage, key)).ShouldBe(HttpStatusCode.OK);
        string? first = null;
        for (var attempt = 0; first is null && attempt < 200; attempt++)
        {
            await Task.Delay(20);
            first = await LastUseAsync(stage);
        }

        first.ShouldNotBeNull();
        for (var round = 0; round < 20; round++)
        {
            await MeAsync(stage, key);
        }

        await Task.Delay(100);
        (await LastUseAsync(stage)).ShouldBe(first);
    }

    [Theory]
    [InlineData("tokens", "{}", "label")]
    [InlineData("tokens", """{"label":"x"}""", "roleName")]
    [InlineData("tokens", """{"label":"x","roleName":"king"}""", "roleName")]
    [InlineData("tokens", """{"label":5,"roleName":"viewer"}""", "label")]
    [InlineData("tokens", """{"label":"","roleName":"viewer"}""", "label")]
    [InlineData("tokens", """{"label":"x","roleName":"viewer","expiresAt":"soon"}""", "expiresAt")]
    [InlineData("tokens", """{"label":"x","roleName":"viewer","expiresAt":"2020-01-01"}""", "expiresAt")]
    [InlineData("robots", """{"label":"x"}""", "memberships")]
    [InlineData("robots", """{"label":"x","memberships":{}}""", "memberships")]
    [InlineData("robots", """{"label":"x","memberships":[null]}""", "memberships")]
    [InlineData(
        "robots", """{"label":"x","memberships":[{"resourceType":"project","resourceId":"p","roleNames":["viewer"]}]}""", "memberships[0]")]
    [InlineData("robots", """{"label":"x","memberships":[{"resourceType":"project","resourceId":"test"}]}""", "memberships[0].roleNames")]
    [InlineData(
        "robots", """{"label":"x","memberships":[{"resourceType":"project","resourceId":"test","roleNames":[]}]}""",
        "memberships[0].roleNames")]
    [InlineData(
        "robots", """{"label":"x","memberships":[{"resourceType":"project","resourceId":"test","roleNames":[7]}]}""",
        "memberships[0].roleNames")]
    [InlineData(
        "robots", """{"label":"x","memberships":[{"resourceType":"project","resourceId":"test","roleNames":["x"]}]}""",
        "memberships[0].roleNames")]
    public async Task Bad_requests_are_refused_by_the_name_of_the_field(string api, string body, string field)
    {
        var path = api == "tokens" ? $"/v1/projects/{TestServer.ProjectId}/tokens" : $"/v1/access/project/{TestServer.ProjectId}/robots";
        (await new Api(server).PostAsync(path, body)).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain($"\\\"{field}\\\"");
    }

    [Fact]
    public async Task Nobody_gives_away_rights_that_he_does_not_have()
    {
        var stage = await Stage.CreateAsync(server);
        var path = stage.Path($"/projects/{stage.ProjectId}/tokens");
        async Task<Answer> MakeAsync(string maker, string role) => await stage.SendAsync(
            await stage.TokenAsync(maker), HttpMethod.Post, path, $$"""{"label":"x","roleName":"{{role}}"}""");

        (await MakeAsync("developer", "administrator")).ShouldBeBoom(HttpStatusCode.Forbidden);
        (await MakeAsync("developer", "developer")).ShouldBe(HttpStatusCode.OK);
        (await MakeAsync("developer", "viewer")).ShouldBe(HttpStatusCode.OK);
        (await MakeAsync("administrator", "administrator")).ShouldBe(HttpStatusCode.OK);
        (await MakeAsync("editor", "viewer")).ShouldBeBoom(HttpStatusCode.Forbidden);

        // Only drafts, so not all documents.
        await stage.CreateRoleAsync(
            "drafter",
            """
            "grants":{"sanity.project.tokens":["create"]},
            "documents":[{"filter":"_id in path(\"drafts.**\")","permissions":["read","update"]}]
            """);
        await stage.CreateRoleAsync(
            "draft-reader", """ "documents":[{"filter":"_id in path(\"drafts.**\")","permissions":["read"],"dataset":"open"}] """);
        (await MakeAsync("drafter", "draft-reader")).ShouldBe(HttpStatusCode.OK);
        (await MakeAsync("drafter", "drafter")).ShouldBe(HttpStatusCode.OK);
        (await MakeAsync("drafter", "viewer")).ShouldBeBoom(HttpStatusCode.Forbidden);
        (await MakeAsync("draft-reader", "draft-reader")).ShouldBeBoom(HttpStatusCode.Forbidden);
    }

    private static Task<Answer> MeAsync(Stage stage, string token) => stage.SendAsync(token, HttpMethod.Get, "/v1/users/me");

    private static async Task<string?> LastUseAsync(Stage stage)
    {
        var robots = await stage.AsRootAsync(HttpMethod.Get, $"/v1/access/project/{stage.ProjectId}/robots");
        JsonNode robot = robots.ShouldBe(HttpStatusCode.OK).Json["data"]![0]!;
        return (string?)robot["lastUsedAt"];
    }
}
