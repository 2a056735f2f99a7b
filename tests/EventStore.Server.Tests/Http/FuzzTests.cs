using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>Random requests made from plausible pieces: none may end in a server error or in an undocumented shape.</summary>
[Collection(HttpCollection.Name)]
public sealed class FuzzTests(TestServer server)
{
    private const int Seed = 4711;
    private const int Requests = 10_000;
    private const int Parallel = 4;

    private static readonly string[] Versions =
    [
        "v1", "vX", "v2025-02-19", "v9", "v", "%76%31", "p/test/v1", "p/%00/v1", "v1/projects/test", "",
    ];

    private static readonly string[] Names =
    [
        "data", "mutate", "doc", "history", "export", "import", "verify", "ping", "documents", "transactions", "diff",
        "datasets", "projects", "assets", "images", "files",
        "{0}", "{0}", "{0}", "base", "drafts.base", "none", "base,none", "..", "%2e%2e", "%2F", "%00", "%ff", "%",
        "%u0041", "a%20b", "'", "\"", ";--",
        "~api", "\\", "*", ",", "-", "ä", "😀", "test",
    ];

    private static readonly string[] Parameters =
    [
        "revision", "time", "lastRevision", "fromTransaction", "toTransaction", "fromTime", "toTime", "authors",
        "reverse", "limit",
        "includeIdentifiedDocumentsOnly", "excludeContent", "excludeMutations", "effectFormat", "from", "to",
        "format", "types", "nextCursor",
        "returnIds", "returnDocuments", "visibility", "dryRun", "transactionId", "tag", "includeAllVersions", "%00",
        "", "x",
    ];

    private static readonly string[] Values =
    [
        "", "true", "false", "1", "0", "-1", "99999999999999999999", "2020-01-01", "2020-01-01T00:00:00Z",
        "0001-01-01", "9999-12-31T23:59:59.9999999Z",
        "mendoza", "json-patch", "jsondiffpatch", "sync", "tx", "a,b", "%00", "%ff", "%", "'", "\"", "sequence:1",
        "revision:tx", "time:2020-01-01", "%2B", "a b",
    ];

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\"mutations\":[", "{\"create\":{\"_id\":\"f\",\"_type\":\"t\"}}",
        "{\"patch\":{\"id\":\"base\",\"set\":{\"a\":1}}}",
        "{\"delete\":{\"id\":\"f\"}}", "{\"mutations\":[{\"patch\":{\"id\":\"base\",\"unset\":[\"a..b\"]}}]}",
        "\"transactionId\":\"tx\"", "null", "1e9", "\\u0000", "\\ud800", "\0",
        "{\"id\":\"t\",\"timestamp\":\"2030-01-01T00:00:00Z\",\"author\":\"a\",\"mutations\":[]}", "\n", "é",
        "\"__proto__\"",
    ];

    private readonly Api _api = new(server);

    [Fact]
    public async Task Random_requests_are_answered_in_documented_shapes()
    {
        var dataset = await _api.CreateDatasetAsync();
        (await _api.MutateAsync(dataset, """{"create":{"_id":"base","_type":"t","a":[1]}}""", "transactionId=tx"))
            .ShouldBe(System.Net.HttpStatusCode.OK);
        var statuses = await Task.WhenAll(Enumerable.Range(0, Parallel).Select(lane => RunAsync(dataset, lane)));
        foreach (var status in new[] { 200, 400, 404, 405 })
        {
            statuses.SelectMany(found => found).ShouldContain(status, $"the requests of seed {Seed} are not varied enough");
        }

        (await _api.PostAsync($"/v1/data/verify/{dataset}", "")).Lines[^1]["verified"].ShouldNotBeNull();
    }

    private async Task<HashSet<int>> RunAsync(string dataset, int lane)
    {
        var random = new Random(Seed + lane);
        var statuses = new HashSet<int>();
        for (var round = 0; round < Requests / Parallel; round++)
        {
            using var request = Create(random, dataset, server.Host.Address, out var description);
            using var message = await _api.Client.SendAsync(request);
            var answer = await Answer.ReadAsync(message);
            description = $"seed {Seed}, lane {lane}, round {round}: {description}\n{answer.Status} {answer.Text}";
            statuses.Add((int)answer.Status);
            ((int)answer.Status).ShouldBeLessThan(500, description);
            if ((int)answer.Status >= 400 && answer.ContentType is not null)
            {
                answer.ContentType.ShouldBe("application/json", description);
                var error = answer.Json["error"];
                (error is JsonObject ? error["description"] : answer.Json["message"]).ShouldNotBeNull(description);
                message.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], description);
            }
        }

        return statuses;
    }

    private static HttpRequestMessage Create(Random random, string dataset, Uri address, out string description)
    {
        T Pick<T>(T[] values) => values[random.Next(values.Length)];
        string[][] known =
        [
            ["data", "mutate", dataset], ["data", "doc", dataset, Pick(Names)], ["data", "history", dataset, "transactions", Pick(Names)],
            ["data", "history", dataset, "documents", Pick(Names), "diff"], ["data", "export", dataset], ["data", "import", dataset],
        ];
        var segments = random.Next(3) > 0
            ? Pick(known).ToList()
            : Enumerable.Range(0, random.Next(6)).Select(_ => Pick(Names)).ToList();
        if (random.Next(4) == 0 && segments.Count > 0)
        {
            segments[random.Next(segments.Count)] = Pick(Names);
        }

        var path = $"/{(random.Next(4) > 0 ? "v1" : Pick(Versions))}/{string.Join('/', segments)}".Replace("{0}", dataset);
        var query = string.Join('&', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Pick(Parameters)}={Pick(Values)}"));
        var target = $"{path}?{query}".Replace(" ", "%20").Replace("\"", "%22").Replace("\\", "%5C");
        var encoded = string.Concat(target.Select(character => character < 128 ? character.ToString() : Uri.EscapeDataString("é")));
        HttpMethod[] methods = [HttpMethod.Get, HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Options];
        var method = segments.Count > 1 && segments[1] is "mutate" or "import" ? HttpMethod.Post : Pick(methods);
        var uri = new Uri(
            address.GetLeftPart(UriPartial.Authority) + encoded,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        description = $"{method} {encoded}";
        var request = new HttpRequestMessage(method, uri);
        if (method != HttpMethod.Get)
        {
            var body = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Pick(Tokens)));
            description += $"\n{body}";
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            var type = Pick(["", "application/json", "text/plain", "application/xml"]);
            request.Content.Headers.ContentType = type.Length > 0 ? new MediaTypeHeaderValue(type) : null;
        }

        return request;
    }
}
