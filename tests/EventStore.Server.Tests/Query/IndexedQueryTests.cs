using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Groq;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Transactions;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Query;

/// <summary>
/// An index changes what a query costs, never what it gives: without one, while it is being built, when it lags and when it
/// is ahead of the moment asked for, the answer is that of the plain evaluation over an export.
/// </summary>
public sealed class IndexedQueryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Unescaped =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private TestServer _server = null!;

    private Api Api => new(_server);

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(builder => builder.Services.Replace(
        ServiceDescriptor.Singleton(new AttributePolicy { LeastDocuments = 40, RunBytes = 3_000, StepEffects = 7 })));

    public Task DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public async Task Answers_are_those_of_a_plain_evaluation(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        var random = new Random(seed);
        var content = new RandomContent(random, 50);
        var name = await Api.CreateDatasetAsync();
        var access = new Dictionary<string, int>();
        for (var round = 0; round < 60; round++)
        {
            for (var count = random.Next(8); count > 0; count--)
            {
                (await Api.MutateAsync(name, content.Mutations().Trim('[', ']'))).Status.ShouldBe(HttpStatusCode.OK);
            }

            var head = await HeadAsync(name);
            var sequence = random.Next(4) == 0 ? Math.Max(1, head - random.Next(20)) : head;
            if (head == 0)
            {
                continue;
            }

            var documents = await ExportAsync(name, sequence);
            for (var query = 0; query < 12; query++)
            {
                await CompareAsync(name, content.Query(), documents, sequence == head ? null : sequence, random, access);
            }
        }

        output.WriteLine(string.Join('\n', access.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} {pair.Key}")));
        access.Where(pair => pair.Key.StartsWith("index: order", StringComparison.Ordinal)).Sum(pair => pair.Value).ShouldBeGreaterThan(20);
        access.Where(pair => pair.Key.StartsWith("index", StringComparison.Ordinal)).Sum(pair => pair.Value).ShouldBeGreaterThan(200);
        (await VerifyAsync(name)).ShouldContain("{\"verified\":");
    }

    [Fact]
    public async Task In_a_large_dataset_the_cheapest_way_is_taken()
    {
        var name = await Api.CreateDatasetAsync();
        const int count = 12_000;
        foreach (var chunk in Enumerable.Range(0, count).Chunk(1000))
        {
            var mutations = string.Join(',', chunk.Select(n =>
            {
                var type = n % 3 == 0 ? "rare" : "often";
                return $$$"""{"create":{"_id":"x{{{n}}}","_type":"{{{type}}}","n":{{{n * 7919 % count}}},"same":1,"tenth":{{{n % 10}}}}}""";
            }));
            (await Api.MutateAsync(name, mutations)).Status.ShouldBe(HttpStatusCode.OK);
        }

        var documents = await ExportAsync(name, await HeadAsync(name));
        (string Query, string Access)[] cases =
        [
            ("*[_type == \"rare\"] | order(n desc)[0..20]", "index: order of n"),
            ("*[_type == \"rare\"] | order(same)[0..20]{_id}", "index: order of same"),
            ("*[_type == \"rare\"] | order(same desc)[0..20]{_id}", "index: order of same"),
            ("*[_type == \"often\"][0..20]{_id}", "index: order of _id"),
            ("*[_type == \"often\" && tenth == 3] | order(n)[0..20]{_id}", "index: equality of tenth"),
            ("*[_type == \"often\" && same == 1] | order(n)[0..20]{_id}", "index: order of n"),
            ("*[n == 17]", "index: equality of n"),
            ("*[n > 100 && n <= 200]{_id}", "index: range of n"),
            ("*[n < 200 && tenth == 3 && same == 1]{_id}", "index: range of n"),
            ("count(*[same == 1])", "scan"),
            ("count(*[_type == \"often\"])", "scan"),
            ("*[references(\"x1\")]", "index: references"),
        ];
        foreach (var (query, _) in cases)
        {
            await CompareAsync(name, query, documents, null, new Random(1), []);
        }

        var indexer = _server.Host.Services.GetRequiredService<AttributeIndexer>();
        var dataset = (await _server.Host.Services.GetRequiredService<DatasetCatalog>().FindAsync(TestServer.ProjectId, name, default))!;
        while (await indexer.AdvanceAsync(dataset, [new(["n"]), new(["same"]), new(["tenth"])], TimeSpan.MaxValue, default) is not true)
        {
            await Task.Delay(50);
        }

        foreach (var (query, expected) in cases)
        {
            var access = new Dictionary<string, int>();
            await CompareAsync(name, query, documents, null, new Random(1), access);
            access.Keys.ShouldHaveSingleItem().ShouldStartWith(expected, Case.Sensitive, query);
        }
    }

    private static string Evaluate(string query, IEnumerable<string> documents)
    {
        var result = new System.Buffers.ArrayBufferWriter<byte>();
        var dataset = new GroqMemoryDataset(documents.Select(line => new GroqDocument(Encoding.UTF8.GetBytes(line))));
        GroqQuery.Parse(query).Evaluate(new() { Dataset = dataset }, result);
        return Encoding.UTF8.GetString(result.WrittenSpan);
    }

    /// <summary>What a perspective makes of documents, in the plainest way.</summary>
    private static IEnumerable<string> See(IReadOnlyList<string> documents, string perspective)
    {
        string[] prefixes = perspective switch
        {
            "published" => [""],
            "drafts" => ["drafts.", ""],
            _ => ["versions.r1.", "drafts.", ""],
        };
        var parsed = documents.Select(line => JsonNode.Parse(line)!.AsObject()).ToDictionary(line => line["_id"]!.GetValue<string>());
        var shown = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var prefix in prefixes)
        {
            foreach (var (id, document) in parsed)
            {
                var isIn = prefix.Length > 0 ? id.StartsWith(prefix, StringComparison.Ordinal) : !id.Contains('.');
                if (!isIn || shown.ContainsKey(id[prefix.Length..]))
                {
                    continue;
                }

                var members = new JsonObject();
                foreach (var (key, value) in document)
                {
                    members[key] = key == "_id" ? id[prefix.Length..] : value?.DeepClone();
                    if (key == "_id" && perspective != "published")
                    {
                        members["_originalId"] = id;
                    }
                }

                shown[id[prefix.Length..]] = members.ToJsonString(Unescaped);
            }
        }

        return shown.Values;
    }

    private async Task CompareAsync(
        string dataset, string query, IReadOnlyList<string> documents, long? sequence, Random random, Dictionary<string, int> access)
    {
        string[] perspectives = ["raw", "raw", "published", "drafts", "r1,drafts"];
        var perspective = perspectives[random.Next(perspectives.Length)];
        var revision = sequence is { } at ? $"&revision={await RevisionAsync(dataset, at)}" : "";
        var uri = $"/v2025-02-19/data/query/{dataset}?explain=true&perspective={perspective}{revision}&query={Uri.EscapeDataString(query)}";
        using var response = await _server.Client.GetAsync(uri);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var answer = JsonNode.Parse(text)!;
        var seen = perspective == "raw" ? documents : See(documents, perspective);
        var expected = Evaluate(query, seen);
        JsonNode.DeepEquals(answer["result"], JsonNode.Parse(expected))
            .ShouldBeTrue($"{perspective} {query} {revision}\n{answer["result"]?.ToJsonString()}\n{expected}\n{answer["explain"]}");
        foreach (var read in answer["explain"]!["reads"]!.AsArray())
        {
            var path = read!["access"]!.GetValue<string>();
            access[path] = access.GetValueOrDefault(path) + 1;
        }
    }

    private async Task<long> HeadAsync(string dataset)
    {
        var found = (await _server.Host.Services.GetRequiredService<DatasetCatalog>().FindAsync(TestServer.ProjectId, dataset, default))!;
        return (await _server.Host.Services.GetRequiredService<TransactionReader>().HeadAsync(found, default)).Sequence;
    }

    private async Task<string> RevisionAsync(string dataset, long sequence)
    {
        var found = (await _server.Host.Services.GetRequiredService<DatasetCatalog>().FindAsync(TestServer.ProjectId, dataset, default))!;
        var query = new TransactionQuery { FromSequence = sequence, ToSequence = sequence };
        await foreach (var transaction in _server.Host.Services.GetRequiredService<TransactionReader>().ReadAsync(found, query, default))
        {
            return transaction.Id.Value;
        }

        throw new InvalidOperationException($"There is no transaction {sequence}.");
    }

    private async Task<IReadOnlyList<string>> ExportAsync(string dataset, long sequence)
    {
        var revision = await RevisionAsync(dataset, sequence);
        var text = await _server.Client.GetStringAsync($"/v1/data/export/{dataset}?revision={revision}");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<string> VerifyAsync(string dataset)
    {
        using var response = await _server.Client.PostAsync($"/v1/data/verify/{dataset}", null);
        return await response.Content.ReadAsStringAsync();
    }
}
