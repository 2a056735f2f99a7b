using System.Globalization;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Articles;

/// <summary>Makes the blocks of a Portable Text body, each with the keys an editor would give it.</summary>
internal sealed class ArticleBlocks(Random random, Prose prose)
{
    private const int KeyBytes = 6;

    private static readonly string[] Decorators = ["strong", "em", "code", "underline"];

    public string NewKey()
    {
        var key = new byte[KeyBytes];
        random.NextBytes(key);
        return Convert.ToHexStringLower(key);
    }

    /// <summary>Mostly paragraphs; now and then a heading, a list item, a quotation, an image or code.</summary>
    public JsonObject Block() => random.Next(20) switch
    {
        0 or 1 => Text(random.Next(2) == 0 ? "h2" : "h3", [Span(prose.Title())]),
        2 or 3 => ListItem(),
        4 => Text("blockquote", [Span(prose.Sentences(1))]),
        5 => Image(),
        6 => Code(),
        _ => Paragraph(),
    };

    public JsonObject Reference(string id) => new() { ["_type"] = "reference", ["_ref"] = id };

    public JsonObject Image() => new()
    {
        ["_key"] = NewKey(),
        ["_type"] = "image",
        ["alt"] = prose.Title(),
        ["asset"] = Reference(string.Create(
            CultureInfo.InvariantCulture,
            $"image-{NewKey()}{NewKey()}-{random.Next(400, 4000)}x{random.Next(300, 3000)}-jpg")),
        ["hotspot"] = new JsonObject
        {
            ["x"] = Math.Round(random.NextDouble(), 3),
            ["y"] = Math.Round(random.NextDouble(), 3),
            ["width"] = Math.Round(random.NextDouble(), 3),
            ["height"] = Math.Round(random.NextDouble(), 3),
        },
    };

    public JsonObject Span(string text, params string[] marks) => new()
    {
        ["_type"] = "span",
        ["marks"] = new JsonArray([.. marks.Select(mark => JsonValue.Create(mark))]),
        ["text"] = text,
        ["_key"] = NewKey(),
    };

    public string Decorator() => Decorators[random.Next(Decorators.Length)];

    /// <summary>Adds a link to a block's definitions.</summary>
    /// <returns>Its key, which is the mark of the spans that it covers.</returns>
    public string AddLink(JsonObject block)
    {
        var key = NewKey();
        block["markDefs"]!.AsArray().Add(new JsonObject
        {
            ["_key"] = key,
            ["_type"] = "link",
            ["href"] = "https://example.org/" + prose.Word() + "/" + prose.Word(),
        });
        return key;
    }

    private JsonObject Text(string style, JsonObject[] spans) => new()
    {
        ["style"] = style,
        ["_key"] = NewKey(),
        ["markDefs"] = new JsonArray(),
        ["children"] = new JsonArray([.. spans]),
        ["_type"] = "block",
    };

    private JsonObject Paragraph()
    {
        var block = Text("normal", []);
        var children = block["children"]!.AsArray();
        children.Add(Span(prose.Sentences(random.Next(1, 4))));
        while (random.Next(3) == 0)
        {
            var mark = random.Next(3) == 0 ? AddLink(block) : Decorator();
            children.Add(Span(prose.Words(random.Next(1, 5)), mark));
            children.Add(Span(" " + prose.Sentences(1)));
        }

        return block;
    }

    private JsonObject ListItem()
    {
        var block = Text("normal", [Span(prose.Sentences(1))]);
        block["listItem"] = random.Next(2) == 0 ? "bullet" : "number";
        block["level"] = 1;
        return block;
    }

    private JsonObject Code() => new()
    {
        ["_key"] = NewKey(),
        ["_type"] = "code",
        ["language"] = "typescript",
        ["code"] = string.Join('\n', Enumerable.Range(0, random.Next(3, 9)).Select(_ =>
            $"const {prose.Word()} = \"{prose.Word()}\" // {prose.Words(3)}")),
    };
}
