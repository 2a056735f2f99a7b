using System.Globalization;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Articles;

/// <summary>Makes articles as a content studio would keep them, their fields in the order of a form.</summary>
internal sealed class ArticleGenerator(Random random, Prose prose, ArticleBlocks blocks)
{
    private const int FewestBlocks = 6;
    private const int MostBlocks = 27;

    private static readonly DateTimeOffset FirstDay = new(2025, 1, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A new article; <c>_rev</c> is left out, as effects are computed without it.</summary>
    public JsonObject Create(int number)
    {
        var createdAt = FirstDay.AddMinutes(number * 97);
        var title = prose.Title();
        return new JsonObject
        {
            ["_id"] = string.Create(CultureInfo.InvariantCulture, $"article-{number:d4}"),
            ["_type"] = "article",
            ["_createdAt"] = FormatTime(createdAt),
            ["_updatedAt"] = FormatTime(createdAt),
            ["title"] = title,
            ["slug"] = new JsonObject
            {
                ["_type"] = "slug",
                ["current"] = title.ToLowerInvariant().Replace(' ', '-'),
            },
            ["author"] = blocks.Reference(string.Create(CultureInfo.InvariantCulture, $"person-{random.Next(20)}")),
            ["publishedAt"] = FormatTime(createdAt.AddDays(random.Next(1, 30))),
            ["featured"] = random.Next(5) == 0,
            ["readingMinutes"] = random.Next(2, 20),
            ["excerpt"] = prose.Sentences(2),
            ["categories"] = new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Category())]),
            ["mainImage"] = blocks.Image(),
            ["body"] = Body(),
            ["seo"] = new JsonObject
            {
                ["title"] = title,
                ["description"] = prose.Sentences(1),
                ["keywords"] = new JsonArray([.. Enumerable.Range(0, 5).Select(_ => JsonValue.Create(prose.Word()))]),
            },
        };
    }

    public static string FormatTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private JsonArray Body()
    {
        var count = random.Next(FewestBlocks, MostBlocks + 1);
        return new JsonArray([.. Enumerable.Range(0, count).Select(_ => blocks.Block())]);
    }

    private JsonObject Category()
    {
        var category = blocks.Reference(string.Create(CultureInfo.InvariantCulture, $"category-{random.Next(12)}"));
        category["_key"] = blocks.NewKey();
        return category;
    }
}
