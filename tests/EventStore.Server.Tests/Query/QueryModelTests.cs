using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Groq;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Query;

/// <summary>
/// Queries on random histories give what they give on an export of the same moment that is wholly in memory, in every
/// perspective.
/// </summary>
[Collection(HttpCollection.Name)]
public sealed class QueryModelTests(TestServer server)
{
    private static readonly string[] Perspectives = ["raw", "published", "drafts", "r1", "r1,drafts"];

    private readonly Api _api = new(server);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Queries_are_those_of_an_export(int seed)
    {
        var dataset = await _api.CreateDatasetAsync();
        var library = new RandomLibrary(seed);
        var revisions = new List<string>();
        for (var index = 0; index < 60; index++)
        {
            var id = $"t{index}";
            if ((await _api.MutateAsync(dataset, library.NextTransaction(), $"transactionId={id}")).Status == HttpStatusCode.OK)
            {
                revisions.Add(id);
            }
        }

        var random = new Random(seed);
        for (var index = 0; index < 150; index++)
        {
            var revision = index % 3 == 0 ? null : revisions[random.Next(revisions.Count)];
            var asOf = revision is null ? "" : $"revision={revision}";
            var perspective = Perspectives[random.Next(Perspectives.Length)];
            var query = library.NextQuery();
            var export = await _api.GetAsync($"/v1/data/export/{dataset}?{asOf}");
            var expected = Evaluate(query, View(export.Lines, perspective));
            var actual = await _api.QueryAsync(dataset, query, $"{asOf}&perspective={perspective}");
            var said = $"seed {seed}: {query} in {perspective} {asOf}";
            actual.Status.ShouldBe(HttpStatusCode.OK, said);
            Plain(actual.Json["result"]).ShouldBe(Plain(JsonNode.Parse(expected)), said);
        }
    }

    private static string Evaluate(string query, IEnumerable<JsonObject> documents)
    {
        var output = new ArrayBufferWriter<byte>();
        var dataset = new GroqMemoryDataset(documents.Select(document =>
            new GroqDocument(Encoding.UTF8.GetBytes(document.ToJsonString(new JsonSerializerOptions { Encoder = null })))));
        GroqQuery.Parse(query).Evaluate(new GroqContext { Dataset = dataset, Now = DateTimeOffset.UnixEpoch }, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>A perspective as its definition says, without any cleverness.</summary>
    private static IEnumerable<JsonObject> View(IEnumerable<JsonNode> export, string perspective)
    {
        var all = export.Select(line => line.AsObject()).ToDictionary(document => (string)document["_id"]!);
        static bool IsVersion(string id) => id.Split('.')[0] is "drafts" or "versions";
        if (perspective is "raw" or "published")
        {
            return all.Values.Where(document => perspective == "raw" || !IsVersion((string)document["_id"]!));
        }

        var layers = perspective.Split(',').Select(layer => layer == "drafts" ? "drafts." : $"versions.{layer}.").Append("").ToList();
        var view = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            foreach (var (id, document) in all)
            {
                var isInLayer = layer.Length > 0 ? id.StartsWith(layer, StringComparison.Ordinal) : !IsVersion(id);
                if (isInLayer && !view.ContainsKey(id[layer.Length..]))
                {
                    var shown = document.DeepClone().AsObject();
                    shown["_id"] = id[layer.Length..];
                    shown["_originalId"] = id;
                    view.Add(id[layer.Length..], shown);
                }
            }
        }

        return view.Values;
    }

    /// <summary>JSON with sorted keys, since the order of attributes is nobody's promise.</summary>
    private static string Plain(JsonNode? node) => node switch
    {
        null => "null",
        JsonArray array => "[" + string.Join(',', array.Select(Plain)) + "]",
        JsonObject map => "{" + string.Join(',', map.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => $"{member.Key}:{Plain(member.Value)}")) + "}",
        _ when node.GetValueKind() == JsonValueKind.Number => ((double)node).ToString("R", CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };
}
