using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Management;

/// <summary>Which pages may read which answers.</summary>
public sealed class CorsTests : IClassFixture<TestServer>, IAsyncLifetime
{
    private readonly TestServer _server;
    private readonly Api _api;
    private readonly string _project = $"cors{Guid.NewGuid():N}"[..20];

    public CorsTests(TestServer server)
    {
        _server = server;
        _api = new Api(server);
    }

    private string Origins => $"/v1/projects/{_project}/cors";

    public async Task InitializeAsync() =>
        (await _api.PostAsync("/v1/projects", $$"""{"displayName":"CORS","id":"{{_project}}"}""")).ShouldBe(HttpStatusCode.OK);

    public async Task DisposeAsync() => await _api.Client.DeleteAsync($"/v1/projects/{_project}");

    [Fact]
    public async Task Origins_are_registered_listed_and_taken_away()
    {
        var added = await AddAsync("HTTPS://App.Example.org:443/", true);
        ((string)added["origin"]!).ShouldBe("https://app.example.org");
        ((bool)added["allowCredentials"]!).ShouldBeTrue();
        ((string)added["projectId"]!).ShouldBe(_project);
        (await _api.GetAsync(Origins)).Json.AsArray().ShouldHaveSingleItem()!.ToJsonString().ShouldBe(added.ToJsonString());
        (await _api.PostAsync(Origins, """{"origin":"https://app.example.org"}""")).ShouldBeBoom(HttpStatusCode.Conflict)
            .Text.ShouldContain("origin");
        (await DeleteAsync($"{Origins}/x")).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain("id");
        (await DeleteAsync($"{Origins}/{added["id"]}0")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await DeleteAsync($"/v1/projects/{TestServer.ProjectId}/cors/{added["id"]}")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await DeleteAsync($"{Origins}/{added["id"]}")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync(Origins)).Text.ShouldBe("[]");
        var actions = (await _api.GetAsync($"/v1/projects/{_project}/activity?order=asc")).Json["data"]!.AsArray();
        actions.Select(entry => (string)entry!["action"]!).ShouldBe(["project.create", "cors.create", "cors.delete"]);
    }

    [Theory]
    [InlineData("""{}""", "origin")]
    [InlineData("""{"origin":7}""", "origin")]
    [InlineData("""{"origin":"example.org"}""", "origin")]
    [InlineData("""{"origin":"https://a/b"}""", "origin")]
    [InlineData("""{"origin":"https://a b"}""", "origin")]
    [InlineData("""{"origin":"https://a:port"}""", "origin")]
    [InlineData("""{"origin":"file:///etc"}""", "origin")]
    [InlineData("""{"origin":"https://a","allowCredentials":"no"}""", "allowCredentials")]
    public async Task Bad_fields_are_named(string body, string field) =>
        (await _api.PostAsync(Origins, body)).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain(field);

    [Theory]
    [InlineData("https://app.example.org", "https://app.example.org", true)]
    [InlineData("https://app.example.org", "http://app.example.org", false)]
    [InlineData("https://app.example.org", "https://app.example.org:8443", false)]
    [InlineData("https://app.example.org", "https://app.example.org.evil.net", false)]
    [InlineData("https://*.example.org", "https://a.example.org", true)]
    [InlineData("https://*.example.org", "https://a.b.example.org", true)]
    [InlineData("https://*.example.org", "https://example.org", false)]
    [InlineData("https://*.example.org", "https://evil.net/.example.org", false)]
    [InlineData("https://*.example.org", "https://evil.net:80.example.org", false)]
    [InlineData("https://*.example.org", "https://evil.net?.example.org", false)]
    [InlineData("https://*.example.org", "https://evil.net#.example.org", false)]
    [InlineData("https://*.example.org", "https://user@a.example.org", false)]
    [InlineData("https://site-*.preview.app", "https://site-a1-b2.preview.app", true)]
    [InlineData("https://site-*.preview.app", "https://site.preview.app", false)]
    [InlineData("http://localhost:*", "http://localhost:3333", true)]
    [InlineData("http://localhost:*", "http://localhost", true)]
    [InlineData("http://localhost:*", "http://localhost.evil.net:3333", false)]
    [InlineData("*://localhost:3333", "https://localhost:3333", true)]
    [InlineData("*://localhost:3333", "https://localhost:3334", false)]
    [InlineData("http://[::1]:3333", "http://[::1]:3333", true)]
    [InlineData("null", "null", true)]
    [InlineData("null", "https://app.example.org", false)]
    [InlineData("file:///*", "file://", true)]
    [InlineData("file:///*", "https://app.example.org", false)]
    [InlineData("*", "https://app.example.org", true)]
    [InlineData("*", "null", true)]
    public async Task Every_answer_and_preflight_says_whether_an_origin_is_registered(string registered, string origin, bool allowed)
    {
        await AddAsync(registered, allowed);
        string[] paths = ["datasets", "data/doc/none/a", "no/such/endpoint"];
        foreach (var path in paths)
        {
            foreach (var client in new[] { _server.Client, _server.CreateAnonymousClient() })
            {
                var answer = await SendAsync(HttpMethod.Get, $"/p/{_project}/v1/{path}", origin, client);
                Header(answer, "Access-Control-Allow-Origin").ShouldBe(allowed ? origin : null, path);
                Header(answer, "Access-Control-Allow-Credentials").ShouldBe(allowed ? "true" : null);
                answer.Headers.Vary.ShouldContain("Origin");
            }
        }

        var preflight = await PreflightAsync($"/p/{_project}/v1/data/mutate/none", origin);
        preflight.StatusCode.ShouldBe(allowed ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden);
        Header(preflight, "Access-Control-Allow-Origin").ShouldBe(allowed ? origin : null);
        if (allowed)
        {
            Header(preflight, "Access-Control-Allow-Methods")!.ShouldContain("POST");
            Header(preflight, "Access-Control-Allow-Headers").ShouldBe("authorization,x-custom");
        }

        var check = await SendAsync(HttpMethod.Get, $"/p/{_project}/v1/check/cors", origin, _server.CreateAnonymousClient());
        Header(check, "Access-Control-Allow-Origin").ShouldBe(origin, "a page may always ask where it stands");
        Header(check, "Access-Control-Allow-Credentials").ShouldBeNull();
        (await check.Content.ReadAsStringAsync()).ShouldBe(
            $$$"""{"result":{"allowed":{{{Json(allowed)}}},"withCredentials":{{{Json(allowed)}}}}}""");
    }

    [Fact]
    public async Task Credentials_are_allowed_only_where_registered_and_projects_do_not_share_origins()
    {
        await AddAsync("https://plain.example.org", false);
        var plain = await SendAsync(HttpMethod.Get, $"/p/{_project}/v1/datasets", "https://plain.example.org");
        Header(plain, "Access-Control-Allow-Origin").ShouldBe("https://plain.example.org");
        Header(plain, "Access-Control-Allow-Credentials").ShouldBeNull();
        Header(plain, "Access-Control-Expose-Headers")!.ShouldContain("traceparent");

        var other = await SendAsync(HttpMethod.Get, $"/p/{TestServer.ProjectId}/v1/datasets", "https://plain.example.org");
        Header(other, "Access-Control-Allow-Origin").ShouldBeNull();

        // Whose it is can be said by a header, which a preflight announces but does not carry.
        (await PreflightAsync("/v1/datasets", "https://plain.example.org")).StatusCode.ShouldBeOneOf(
            HttpStatusCode.NoContent, HttpStatusCode.Forbidden);
        (await PreflightAsync("/p/none/v1/datasets", "https://plain.example.org")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/datasets");
        request.Headers.Add("X-Sanity-Project-ID", _project);
        request.Headers.Add("Origin", "https://plain.example.org");
        Header(await _server.Client.SendAsync(request), "Access-Control-Allow-Origin").ShouldBe("https://plain.example.org");
    }

    [Fact]
    public async Task The_check_knows_projects_and_what_is_not_a_page()
    {
        (await _api.AnonymousAsync("/p/none/v1/check/cors")).ShouldBeBoom(HttpStatusCode.NotFound).Text.ShouldContain("SIO-404-PNF");
        (await _api.AnonymousAsync($"/p/{_project}/v1/check/cors")).Text.ShouldBe("""{"result":{"allowed":true,"withCredentials":true}}""");
    }

    private static string Json(bool value) => value ? "true" : "false";

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private async Task<JsonNode> AddAsync(string origin, bool allowCredentials) =>
        (await _api.PostAsync(Origins, $$"""{"origin":"{{origin}}","allowCredentials":{{Json(allowCredentials)}}}"""))
            .ShouldBe(HttpStatusCode.OK).Json;

    private async Task<Answer> DeleteAsync(string path) => await Answer.ReadAsync(await _api.Client.DeleteAsync(path));

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string origin, HttpClient? client = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        return (client ?? _server.Client).SendAsync(request);
    }

    private Task<HttpResponseMessage> PreflightAsync(string path, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,x-custom");
        return _server.CreateAnonymousClient().SendAsync(request);
    }
}
