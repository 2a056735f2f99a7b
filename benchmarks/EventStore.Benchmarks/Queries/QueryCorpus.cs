using System.Text;
using System.Text.Json.Nodes;
using EventStore.Benchmarks.Articles;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Queries;

/// <summary>
/// Documents for queries, from one seed: articles of Portable Text, people and products, in order of their ids.
/// </summary>
internal sealed class QueryCorpus
{
    private const int Seed = 20261121;

    public QueryCorpus(int count)
    {
        var random = new Random(Seed);
        var prose = new Prose(random);
        var generator = new ArticleGenerator(random, prose, new ArticleBlocks(random, prose));
        var documents = new List<(string Id, byte[] Json)>(count);
        for (var number = 0; number < count; number++)
        {
            var document = (number % 10) switch
            {
                0 => Person(number / 10, prose, random),
                1 => Product(number / 10, prose, random),
                _ => generator.Create(number),
            };
            document["_rev"] = $"revision-{number}";
            documents.Add((
                (string)document["_id"]!,
                CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(document.ToJsonString()), JsonLimits.Default)));
        }

        Documents = [.. documents.OrderBy(document => document.Id, StringComparer.Ordinal).Select(each => each.Json)];
    }

    public IReadOnlyList<byte[]> Documents { get; }

    public double MeanBytes => Documents.Average(document => document.Length);

    private static JsonObject Person(int number, Prose prose, Random random) => new()
    {
        ["_id"] = $"person-{number}",
        ["_type"] = "person",
        ["_createdAt"] = Time(random),
        ["_updatedAt"] = Time(random),
        ["name"] = prose.Title(),
        ["email"] = $"person{number}@example.org",
        ["bio"] = prose.Sentences(4),
    };

    private static JsonObject Product(int number, Prose prose, Random random) => new()
    {
        ["_id"] = $"product-{number}",
        ["_type"] = "product",
        ["_createdAt"] = Time(random),
        ["_updatedAt"] = Time(random),
        ["name"] = prose.Title(),
        ["price"] = random.Next(100, 10_000) / 100.0,
        ["stock"] = random.Next(50),
        ["tags"] = new JsonArray([.. Enumerable.Range(0, 3).Select(_ => JsonValue.Create(prose.Word()))]),
    };

    private static string Time(Random random) => ArticleGenerator.FormatTime(
        new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(500_000)));
}
