using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Mendoza;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>Differences between two moments of a document, in all formats.</summary>
[Collection(HttpCollection.Name)]
public sealed class DiffTests(TestServer server)
{
    private const int Seed = 31;
    private const int Revisions = 60;

    /// <summary>Keys that pointers escape and that the formats use for themselves.</summary>
    private static readonly string[] Keys =
    [
        "", "_t", "a/b", "a~1b", "0", "_0", "__0", "k", "list", "\u0001", "\u00020", "~/\u0002", "ünï",
    ];

    /// <summary>Spellings that a double or a long would change.</summary>
    private static readonly string[] Values =
    [
        "1", "1.0", "1e0", "123456789012345678901234567890", "0.10000000000000000555111512312578270211815834045410156",
        "-0", "true", "null", "\"\"", "\"2020-01-01T00:00:00Z\"", "\"a\\u0000b😀\"", "{}", "[]", "\"a\"",
    ];

    private readonly Api _api = new(server);

    [Fact]
    public async Task Every_format_leads_from_one_state_to_the_other()
    {
        var dataset = await _api.CreateDatasetAsync();
        var random = new Random(Seed);
        for (var index = 0; index < Revisions; index++)
        {
            var mutation = index % 15 == 14
                ? """{"delete":{"id":"doc"}}"""
                : $$$"""{"createOrReplace":{"_id":"doc","_type":"t","_createdAt":"2020-01-01T00:00:00Z","value":{{{Value(random, 0)}}}}}""";
            (await _api.MutateAsync(dataset, mutation, $"transactionId=r{index + 1}")).ShouldBe(HttpStatusCode.OK);
        }

        for (var round = 0; round < 150; round++)
        {
            await CheckAsync(dataset, random.Next(Revisions + 1), random.Next(Revisions + 1), round);
        }
    }

    [Fact]
    public async Task Long_arrays_are_compared_in_bounded_time()
    {
        var dataset = await _api.CreateDatasetAsync();
        foreach (var factor in new[] { 3, 5 })
        {
            var items = string.Join(',', Enumerable.Range(0, 40_000).Select(index => index * factor));
            (await _api.MutateAsync(dataset, $$$"""{"createOrReplace":{"_id":"doc","_type":"t","value":[{{{items}}}]}}"""))
                .ShouldBe(HttpStatusCode.OK);
        }

        await CheckAsync(dataset, 1, 2, 0);
    }

    [Fact]
    public async Task Moments_are_revisions_sequences_or_times()
    {
        var dataset = await _api.CreateDatasetAsync();
        foreach (var (id, year) in new[] { ("7", 2020), ("abc", 2021), ("2", 2022) })
        {
            var line = $$$"""{"id":"{{{id}}}","timestamp":"{{{year}}}-01-01T00:00:00Z","author":"a","mutations":"""
                + $$$"""[{"createOrReplace":{"_id":"doc","_type":"t","y":{{{year}}}}}]}""";
            (await _api.PostAsync($"/v1/data/import/{dataset}", line)).ShouldBe(HttpStatusCode.OK);
        }

        async Task<string> SequencesAsync(string query)
        {
            var json = (await _api.GetAsync($"/v1/data/history/{dataset}/documents/doc/diff?{query}")).ShouldBe(HttpStatusCode.OK).Json;
            return $"{json["from"]!["sequence"]}-{json["to"]!["sequence"]} {json["from"]!["revision"]}-{json["to"]!["revision"]}";
        }

        (await SequencesAsync("from=0")).ShouldBe("0-3 -2");
        (await SequencesAsync("from=1&to=2")).ShouldBe("1-2 7-abc");
        (await SequencesAsync("from=revision:7&to=revision:2")).ShouldBe("1-3 7-2");
        (await SequencesAsync("from=abc&to=sequence:3")).ShouldBe("2-3 abc-2");
        (await SequencesAsync("from=2020-06-01&to=time:2021-01-01T00:00:00Z")).ShouldBe("1-2 7-abc");
        foreach (var bad in new[] { "", "to=1", "from=1&format=xml", "from=sequence:x", "from=time:x", "from=a%20b", "from=1&from=2" })
        {
            (await _api.GetAsync($"/v1/data/history/{dataset}/documents/doc/diff?{bad}")).ShouldBeBoom(HttpStatusCode.BadRequest);
        }

        foreach (var unknown in new[] { "from=4", "from=1&to=sequence:99", "from=nope", "from=12345678901234567890" })
        {
            (await _api.GetAsync($"/v1/data/history/{dataset}/documents/doc/diff?{unknown}")).ShouldBeBoom(HttpStatusCode.NotFound);
        }
    }

    private async Task CheckAsync(string dataset, int from, int to, int round)
    {
        var left = await StateAsync(dataset, from);
        var right = await StateAsync(dataset, to);
        foreach (var format in new[] { "mendoza", "json-patch", "jsondiffpatch" })
        {
            var path = $"/v1/data/history/{dataset}/documents/doc/diff?from={from}&to={to}&format={format}";
            var answer = (await _api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Json;
            ((bool)answer["from"]!["exists"]!).ShouldBe(left is not null);
            var diff = answer["diff"];
            var result = format switch
            {
                "mendoza" => MendozaPatch.Apply(Canonical(left), Encoding.UTF8.GetBytes(diff!["apply"]!.ToJsonString())),
                "json-patch" => Canonical(DeltaApplier.Patch(left, diff!.AsArray())),
                _ => Canonical(DeltaApplier.Apply(left, diff)),
            };
            Encoding.UTF8.GetString(result).ShouldBe(
                Encoding.UTF8.GetString(Canonical(right)),
                $"seed {Seed}, round {round}, {path}\n{left?.ToJsonString()}\n{diff?.ToJsonString()}");
        }
    }

    /// <summary>The document after a transaction, without <c>_rev</c>.</summary>
    private async Task<JsonNode?> StateAsync(string dataset, int sequence)
    {
        if (sequence == 0)
        {
            return null;
        }

        var id = (string)(await TransactionsAsync(dataset))[sequence - 1]["id"]!;
        var answer = await _api.GetAsync($"/v1/data/history/{dataset}/documents/doc?revision={id}");
        var document = answer.Json["documents"]!.AsArray().SingleOrDefault()?.AsObject();
        document?.Remove("_rev");
        return document;
    }

    private async Task<List<JsonNode>> TransactionsAsync(string dataset) =>
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions?excludeMutations=true")).Lines;

    private static byte[] Canonical(JsonNode? node) =>
        CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null"), JsonLimits.Default);

    private static string Value(Random random, int depth)
    {
        switch (depth < 4 ? random.Next(4) : 3)
        {
            case 0 or 1:
                var keys = Keys.Where(_ => random.Next(2) == 0);
                var members = keys.Select(key => $"{JsonValue.Create(key).ToJsonString()}:{Value(random, depth + 1)}");
                return $"{{{string.Join(',', members)}}}";
            case 2:
                return "[" + string.Join(',', Enumerable.Range(0, random.Next(14)).Select(_ => Value(random, depth + 2))) + "]";
            default:
                return Values[random.Next(Values.Length)];
        }
    }
}
