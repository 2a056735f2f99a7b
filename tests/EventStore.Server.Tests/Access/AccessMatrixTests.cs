using System.Net;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Tests.Access;

/// <summary>Every endpoint with every caller: <see cref="AccessTable"/> is compared with what the server does.</summary>
public sealed class AccessMatrixTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Nobody = "nobody";

    /// <summary>What a caller who may call an endpoint sends, so that the call does no harm to the calls after it.</summary>
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["POST /data/mutate/{dataset}"] =
            """{"mutations":[{"createOrReplace":{"_id":"drafts.matrix","_type":"t"}}]}""",
        ["POST /data/import/{dataset}"] = "",
        ["POST /data/query/{dataset}"] = """{"query":"*{...,'all':count(*)}"}""",
    };

    private static readonly Dictionary<string, string> Queries = new()
    {
        ["GET /data/history/{dataset}/documents/{id}/diff"] = "?from=0",
        ["GET /data/query/{dataset}"] = "?query=*",
    };

    private static readonly string[] Unversioned = ["/health", "/images", "/files", "/downloads"];

    private static readonly (char Letter, string Role)[] Roles =
    [
        ('A', "administrator"), ('D', "developer"), ('E', "editor"), ('C', "contributor"), ('V', "viewer"),
        ('S', "deploy-studio"), ('N', Nobody),
    ];

    [Fact]
    public void Every_endpoint_has_a_row_and_every_row_an_endpoint()
    {
        var mapped = server.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} {endpoint.RoutePattern.RawText!.Replace("/-api", "", StringComparison.Ordinal)}"));
        AccessTable.Rows.Select(row => row.ToString()).ShouldBe(mapped, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_cell_holds()
    {
        var stage = await CreateStageAsync("stage");
        var canary = await CreateStageAsync("canary");
        var secrets = new[] { canary.ProjectId, canary.TokenId("administrator"), "canary-document" };
        foreach (var row in AccessTable.Rows)
        {
            var isAboutOne = row.Route.Contains("{dataset}") || row.Route.Contains("{collection}");
            foreach (var dataset in isAboutOne ? [Stage.Closed, Stage.Open] : new[] { Stage.Closed })
            {
                var allowed = dataset == Stage.Open ? row.Public : row.Private;
                await ExpectRefusalsAsync(stage, canary, row, dataset, allowed);
                foreach (var (letter, role) in Roles)
                {
                    var isAllowed = allowed == AccessTable.Everybody || allowed.Contains(letter);
                    var target = isAllowed ? await TargetAsync(stage, row) : stage;
                    var answer = await SendAsync(target, await target.TokenAsync(role), row, dataset);
                    var cell = $"{row} as {role} on {dataset}: {(int)answer.Status} {answer.Text}";
                    Expect(answer, isAllowed ? null : HttpStatusCode.Forbidden, null, cell);
                    secrets.ShouldAllBe(secret => !answer.Text.Contains(secret), cell);
                }

                var root = await SendAsync(await TargetAsync(stage, row), server.Host.RootToken.Text, row, dataset);
                if (!row.Route.StartsWith("/access/robots/me", StringComparison.Ordinal))
                {
                    Expect(root, null, null, $"{row} as root on {dataset}: {(int)root.Status} {root.Text}");
                }
            }
        }
    }

    /// <summary>Callers whose token is not one of the project's, any more or at all.</summary>
    private async Task ExpectRefusalsAsync(Stage stage, Stage canary, AccessRow row, string dataset, string allowed)
    {
        var isOpen = allowed == AccessTable.Everybody;
        var callers = new (string Name, string? Token, bool IsAllowed, HttpStatusCode Status, string? Code)[]
        {
            ("nobody", null, isOpen || allowed.Contains('-'), HttpStatusCode.Unauthorized, "SIO-401-ANF"),
            ("expired", await stage.ExpiredTokenAsync("administrator"), isOpen, HttpStatusCode.Unauthorized, "SIO-401-AEX"),
            ("revoked", await stage.RevokedTokenAsync("administrator"), isOpen, HttpStatusCode.Unauthorized, "SIO-401-ANF"),
            ("garbage", "nonsense", isOpen, HttpStatusCode.Unauthorized, "SIO-401-ANF"),
            ("another project's", await OwnTokenAsync(canary, row), isOpen || allowed.Contains('*'), HttpStatusCode.Forbidden, null),
        };
        foreach (var (name, token, isAllowed, status, code) in callers)
        {
            var answer = await SendAsync(stage, token, row, dataset);

            // A caller who is known and may read but not write is told so, even without a token.
            var readsOnly = name == "nobody" && dataset == Stage.Open && row.Method == "POST"
                && new[] { "/data/mutate/", "/data/rollback/", "/assets/" }
                    .Any(start => row.Route.StartsWith(start, StringComparison.Ordinal));
            Expect(
                answer,
                isAllowed ? null : readsOnly ? HttpStatusCode.Forbidden : status,
                readsOnly ? null : code,
                $"{row} with {name} token on {dataset}: {(int)answer.Status} {answer.Text}");
        }
    }

    private static void Expect(Answer answer, HttpStatusCode? refusal, string? code, string cell)
    {
        if (refusal is null)
        {
            new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden }.ShouldNotContain(answer.Status, cell);
            ((int)answer.Status).ShouldBeLessThan(500, cell);
            return;
        }

        answer.Status.ShouldBe(refusal.Value, cell);
        answer.Text.ShouldNotContain('\n', cell);
        if (answer.Json["error"] is System.Text.Json.Nodes.JsonObject described)
        {
            ((string?)described["description"]).ShouldNotBeNullOrEmpty(cell);
            ((string?)described["type"]).ShouldNotBeNullOrEmpty(cell);
            return;
        }

        ((int)answer.Json["statusCode"]!).ShouldBe((int)refusal.Value, cell);
        ((string?)answer.Json["error"]).ShouldBe(refusal == HttpStatusCode.Forbidden ? "Forbidden" : "Unauthorized", cell);
        ((string?)answer.Json["message"]).ShouldNotBeNullOrEmpty(cell);
        ((string?)answer.Json["errorCode"]).ShouldBe(code, cell);
    }

    /// <summary>The project to call a row's endpoint on: one of its own for each call that would be felt by the next.</summary>
    private async Task<Stage> TargetAsync(Stage stage, AccessRow row) =>
        row.ToString() is "DELETE /projects/{project}" or "POST /access/robots/me/rotate"
            ? await CreateStageAsync("disposable")
            : stage;

    /// <summary>A token of the canary project; a new one where the call makes it useless.</summary>
    private static Task<string> OwnTokenAsync(Stage canary, AccessRow row) => row.Route.EndsWith("/rotate", StringComparison.Ordinal)
        ? canary.TokenAsync("administrator", "to be rotated")
        : canary.TokenAsync("administrator");

    private async Task<Stage> CreateStageAsync(string name)
    {
        var stage = await Stage.CreateAsync(server, name);
        await stage.CreateRoleAsync(Nobody, """ "title":"No rights" """);
        await stage.TokenAsync("administrator");
        if (name == "canary")
        {
            (await stage.MutateAsync("administrator", Stage.Closed, """{"create":{"_id":"canary-document","_type":"t"}}"""))
                .ShouldBe(HttpStatusCode.OK);
        }

        return stage;
    }

    private static Task<Answer> SendAsync(Stage stage, string? token, AccessRow row, string dataset)
    {
        var method = new HttpMethod(row.Method);
        var path = row.Route
            .Replace("{project}", stage.ProjectId, StringComparison.Ordinal)
            .Replace("{dataset}", row.Method is "DELETE" or "PUT" ? "none" : dataset, StringComparison.Ordinal)
            .Replace("{collection}", dataset, StringComparison.Ordinal)
            .Replace("{ids}", "a", StringComparison.Ordinal)
            .Replace("{id}", row.Route.StartsWith("/data", StringComparison.Ordinal) ? "a" : "root", StringComparison.Ordinal)
            .Replace("{role}", "viewer", StringComparison.Ordinal)
            .Replace("{name}", "none", StringComparison.Ordinal)
            .Replace("{alias}", "none", StringComparison.Ordinal)
            .Replace("{tag}", "none", StringComparison.Ordinal)
            .Replace("{organization}", "none", StringComparison.Ordinal)
            .Replace("{file}", $"{new string('0', 40)}-1x1.png", StringComparison.Ordinal)
            .Replace("{link}", "none", StringComparison.Ordinal)
            + Queries.GetValueOrDefault(row.ToString());
        path = Unversioned.Any(begin => row.Route.StartsWith(begin, StringComparison.Ordinal)) ? path : stage.Path(path);
        var body = row.Method is "GET" or "HEAD" or "DELETE" ? null : Bodies.GetValueOrDefault(row.ToString(), "{}");
        return stage.SendAsync(token, method, path, body);
    }
}
