using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Mendoza;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>The transactions endpoint against <see cref="ModelLog"/>: each parameter alone, all pairs, and random combinations.</summary>
[Collection(HttpCollection.Name)]
public sealed class TransactionsTests(TestServer server)
{
    private const int Seed = 20260821;
    private const int Length = 40;

    private readonly Api _api = new(server);
    private readonly ModelLog _model = new(Seed, Length);

    /// <summary>One dimension a parameter; null stands for its absence, empty values count as absence too.</summary>
    private string?[][] Dimensions =>
    [
        [null, "", "a", "drafts.b,c", "a,nothing-has-this-id"],
        [null, "fromTransaction=", "fromTransaction=tx-9", "fromTime=" + _model.Transactions[14].Time, "fromTime=2020-02-29"],
        [null, "toTransaction=tx-30", "toTime=" + _model.Transactions[23].Time, "toTime=2019-01-01T00:00:00Z", "toTransaction=tx-8"],
        [null, "authors=ada", "authors=bob,c%20d", "authors=nobody"],
        [null, "reverse=true", "reverse=false"],
        [null, "limit=3", "limit=0", "limit=1000"],
        [null, "includeIdentifiedDocumentsOnly=true"],
        [null, "excludeContent=true"],
        [null, "excludeMutations=true"],
        [null, "effectFormat=mendoza"],
    ];

    [Fact]
    public async Task Every_parameter_alone_in_pairs_and_in_random_combinations()
    {
        var dataset = await _api.CreateDatasetAsync();
        (await _api.PostAsync($"/v1/data/import/{dataset}", _model.ImportLines)).ShouldBe(HttpStatusCode.OK);
        var dimensions = Dimensions;
        for (var first = 0; first < dimensions.Length; first++)
        {
            for (var second = first + 1; second < dimensions.Length; second++)
            {
                foreach (var one in dimensions[first])
                {
                    foreach (var other in dimensions[second])
                    {
                        var chosen = new string?[dimensions.Length];
                        (chosen[first], chosen[second]) = (one, other);
                        await CheckAsync(dataset, chosen);
                    }
                }
            }
        }

        var random = new Random(Seed);
        for (var round = 0; round < 1000; round++)
        {
            await CheckAsync(dataset, dimensions.Select(values => values[random.Next(values.Length)]).ToArray());
        }
    }

    [Theory]
    [InlineData("fromTransaction=tx-1&fromTime=2020-01-01")]
    [InlineData("toTransaction=tx-1&toTime=2020-01-01")]
    [InlineData("effectFormat=json")]
    [InlineData("limit=-1")]
    [InlineData("limit=many")]
    [InlineData("reverse=maybe")]
    [InlineData("reverse=true&reverse=false")]
    [InlineData("fromTime=yesterday")]
    [InlineData("fromTime=2020-02-30")]
    [InlineData("toTime=0001-01-01T00:00:00%2B01:00")]
    [InlineData("tag=not%20a%20tag")]
    [InlineData("fromTransaction=%00")]
    [InlineData("authors=%00")]
    public async Task Bad_parameters_are_refused_with_an_object_under_error(string query)
    {
        var dataset = await _api.CreateDatasetAsync();
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions?{query}")).ShouldBeDescribed(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Unknown_bounds_and_datasets_and_callers_are_refused_with_an_object_under_error()
    {
        var dataset = await _api.CreateDatasetAsync("public");
        var path = $"/v1/data/history/{dataset}/transactions";
        (await _api.GetAsync($"{path}?fromTransaction=nope")).ShouldBeDescribed(HttpStatusCode.NotFound);
        (await _api.GetAsync($"{path}?toTransaction=nope")).ShouldBeDescribed(HttpStatusCode.NotFound);
        (await _api.GetAsync("/v1/data/history/no-such-dataset/transactions")).ShouldBeDescribed(HttpStatusCode.NotFound);
        (await _api.AnonymousAsync(path)).ShouldBeDescribed(HttpStatusCode.Unauthorized);
        (await _api.GetAsync($"{path}/bad..id")).ShouldBeDescribed(HttpStatusCode.BadRequest);
    }

    private async Task CheckAsync(string dataset, string?[] chosen)
    {
        var query = string.Join('&', chosen.Skip(1).Where(part => part is not null));
        var path = $"/v1/data/history/{dataset}/transactions{(string.IsNullOrEmpty(chosen[0]) ? "" : "/" + chosen[0])}?{query}";
        var answer = (await _api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("application/x-ndjson", path);
        var asked = string.IsNullOrEmpty(chosen[0]) ? null : chosen[0]!.Split(',');
        var expected = Expected(asked, chosen).ToList();
        var lines = answer.Lines;
        lines.Select(line => (string)line["id"]!).ShouldBe(expected.Select(transaction => transaction.Id), path);
        foreach (var (line, transaction) in lines.Zip(expected))
        {
            CheckLine((JsonObject)line, transaction, chosen[6] is not null ? asked : null, chosen, path);
        }
    }

    private IEnumerable<ModelTransaction> Expected(string[]? asked, string?[] chosen)
    {
        static string? Value(string? part, string name) =>
            part?.StartsWith(name + "=", StringComparison.Ordinal) == true && part.Length > name.Length + 1
                ? part[(name.Length + 1)..]
                : null;

        long SequenceOf(string id) => _model.Transactions.Single(transaction => transaction.Id == id).Sequence;
        DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal);

        IEnumerable<ModelTransaction> found = _model.Transactions;
        found = Value(chosen[1], "fromTransaction") is { } from ? found.Where(t => t.Sequence >= SequenceOf(from)) : found;
        found = Value(chosen[1], "fromTime") is { } fromTime ? found.Where(t => t.Timestamp >= Time(fromTime)) : found;
        found = Value(chosen[2], "toTransaction") is { } to ? found.Where(t => t.Sequence <= SequenceOf(to)) : found;
        found = Value(chosen[2], "toTime") is { } toTime ? found.Where(t => t.Timestamp <= Time(toTime)) : found;
        found = Value(chosen[3], "authors") is { } authors
            ? found.Where(t => Uri.UnescapeDataString(authors).Split(',').Contains(t.Author))
            : found;
        found = asked is null ? found : found.Where(t => asked.Any(t.After.ContainsKey));
        found = chosen[4] == "reverse=true" ? found.Reverse() : found;
        return Value(chosen[5], "limit") is { } limit ? found.Take(int.Parse(limit)) : found;
    }

    private static void CheckLine(JsonObject line, ModelTransaction expected, string[]? only, string?[] chosen, string path)
    {
        ((string)line["timestamp"]!).ShouldBe(expected.Time, path);
        ((string)line["author"]!).ShouldBe(expected.Author, path);
        ((string)line["sequenceNumber"]!).ShouldBe(expected.Sequence.ToString(), path);
        var documents = expected.After.Keys.Where(id => only?.Contains(id) ?? true).ToList();
        line["documentIDs"]!.AsArray().Select(id => (string)id!).ShouldBe(documents, path);

        line.ContainsKey("mutations").ShouldBe(chosen[8] is null, path);
        if (chosen[8] is null)
        {
            var mutations = expected.Mutations
                .Where(mutation => only?.Contains(mutation.DocumentId) ?? true)
                .Select(mutation => chosen[7] is null ? mutation.Mutation : Reduced(mutation.Mutation));
            JsonNode.DeepEquals(line["mutations"], new JsonArray(mutations.Select(mutation => mutation.DeepClone()).ToArray()))
                .ShouldBeTrue($"{path}\n{line}");
        }

        line.ContainsKey("effects").ShouldBe(chosen[9] is not null, path);
        if (chosen[9] is not null)
        {
            line["effects"]!.AsObject().Select(effect => effect.Key).ShouldBe(documents, path);
            foreach (var id in documents)
            {
                CheckEffect(line["effects"]![id]!, Canonical(expected.Before[id]), Canonical(expected.After[id]));
            }
        }
    }

    private static void CheckEffect(JsonNode effect, byte[] before, byte[] after)
    {
        MendozaPatch.Apply(before, Encoding.UTF8.GetBytes(effect["apply"]!.ToJsonString())).ShouldBe(after);
        MendozaPatch.Apply(after, Encoding.UTF8.GetBytes(effect["revert"]!.ToJsonString())).ShouldBe(before);
    }

    private static byte[] Canonical(JsonObject? document) =>
        CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(document?.ToJsonString() ?? "null"), JsonLimits.Default);

    private static JsonObject Reduced(JsonObject mutation)
    {
        var (kind, body) = mutation.Single();
        return kind switch
        {
            "delete" => mutation,
            "patch" => new() { [kind] = new JsonObject { ["id"] = body!["id"]!.DeepClone() } },
            _ => new() { [kind] = new JsonObject { ["_id"] = body!["_id"]!.DeepClone() } },
        };
    }
}
