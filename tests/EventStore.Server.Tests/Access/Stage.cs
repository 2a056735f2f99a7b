using System.Net;
using System.Text;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Server.Tests.Access;

/// <summary>A project of a test's own with a public and a private dataset, and tokens made as they are needed.</summary>
internal sealed class Stage(TestServer server, string projectId)
{
    public const string Open = "open";
    public const string Closed = "closed";

    private static int _stages;

    private readonly Dictionary<string, (string Id, string Key)> _tokens = [];

    public string ProjectId => projectId;

    /// <summary>Ids and keys of all tokens made so far.</summary>
    public IEnumerable<(string Id, string Key)> Tokens => _tokens.Values;

    /// <summary>
    /// Makes the project and its datasets; each has the documents <c>a</c>, <c>drafts.a</c>, <c>a.b</c> and a hidden one.
    /// </summary>
    public static async Task<Stage> CreateAsync(TestServer server, string name = "stage")
    {
        var stage = new Stage(server, $"{name}-{Interlocked.Increment(ref _stages)}");
        var body = $$"""{"id":"{{stage.ProjectId}}","displayName":"{{name}}"}""";
        (await stage.AsRootAsync(HttpMethod.Post, "/v1/projects", body)).ShouldBe(HttpStatusCode.OK);
        foreach (var (dataset, mode) in new[] { (Open, "public"), (Closed, "private") })
        {
            (await stage.AsRootAsync(HttpMethod.Put, stage.Path($"/datasets/{dataset}"), $$"""{"aclMode":"{{mode}}"}"""))
                .ShouldBe(HttpStatusCode.OK);
            (await stage.AsRootAsync(
                HttpMethod.Post,
                stage.Path($"/data/mutate/{dataset}"),
                """
                {"transactionId":"first","mutations":[
                    {"create":{"_id":"a","_type":"t","n":1}},{"create":{"_id":"drafts.a","_type":"t","n":2}},
                    {"create":{"_id":"a.b","_type":"t","n":3}},{"create":{"_id":"_.system","_type":"t","n":4}}]}
                """)).ShouldBe(HttpStatusCode.OK);
        }

        return stage;
    }

    /// <summary>The path of an endpoint in this project.</summary>
    public string Path(string route) => $"/p/{projectId}/v1{route}";

    /// <summary>A token with a role, made at the first call for a name.</summary>
    public async Task<string> TokenAsync(string role, string? name = null) => (await MakeAsync(role, name ?? role)).Key;

    /// <summary>The id of a token made before.</summary>
    public string TokenId(string name) => _tokens[name].Id;

    public async Task<string> ExpiredTokenAsync(string role)
    {
        var (id, key) = await MakeAsync(role, $"expired {role}");
        await ExecuteAsync("update eventstore.token set expires_at = now() - interval '1 second' where robot = $1", id);
        return key;
    }

    public async Task<string> RevokedTokenAsync(string role)
    {
        var (id, key) = await MakeAsync(role, $"revoked {role}");
        await AsRootAsync(HttpMethod.Delete, Path($"/projects/{projectId}/tokens/{id}"));
        return key;
    }

    /// <summary>Makes a role from the inside of its body.</summary>
    public async Task CreateRoleAsync(string name, string definition) =>
        (await AsRootAsync(
            HttpMethod.Post, $"/v1/access/project/{projectId}/roles", $$"""{"name":"{{name}}",{{definition}}}"""))
        .ShouldBe(HttpStatusCode.OK);

    public Task<Answer> AsRootAsync(HttpMethod method, string path, string? body = null) =>
        SendAsync(server.Host.RootToken.Text, method, path, body);

    /// <summary>Sends a request with a token, or without one.</summary>
    public async Task<Answer> SendAsync(string? token, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Host.Address, path));
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await Answer.ReadAsync(await Client.SendAsync(request));
    }

    /// <summary>A GET of an endpoint of this project with the token of a role.</summary>
    public async Task<Answer> GetAsync(string role, string route) =>
        await SendAsync(await TokenAsync(role), HttpMethod.Get, Path(route));

    /// <summary>Mutations, given as the inside of an array, with the token of a role.</summary>
    public async Task<Answer> MutateAsync(string role, string dataset, string mutations, string query = "") =>
        await SendAsync(
            await TokenAsync(role),
            HttpMethod.Post,
            Path($"/data/mutate/{dataset}?{query}"),
            $$"""{"mutations":[{{mutations}}]}""");

    public async Task ExecuteAsync(string sql, params string[] parameters)
    {
        await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = dataSource.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await command.ExecuteNonQueryAsync();
    }

    private static HttpClient Client { get; } = new();

    private async Task<(string Id, string Key)> MakeAsync(string role, string name)
    {
        if (!_tokens.TryGetValue(name, out var token))
        {
            var made = (await AsRootAsync(
                HttpMethod.Post, Path($"/projects/{projectId}/tokens"), $$"""{"label":"{{name}}","roleName":"{{role}}"}"""))
                .ShouldBe(HttpStatusCode.OK).Json;
            token = ((string)made["id"]!, (string)made["key"]!);
            _tokens.Add(name, token);
        }

        return token;
    }
}
