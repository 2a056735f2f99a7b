using System.Text.Json.Nodes;

namespace EventStore.Server.Tests.Query;

/// <summary>Seeded documents whose attributes have values of every kind, or none, and queries about them.</summary>
internal sealed class RandomContent(Random random, int documents)
{
    private static readonly string[] Types = ["a", "b", "c"];
    private static readonly string[] Paths = ["n", "title", "slug.current", "_createdAt", "_updatedAt", "author._ref", "flag"];
    private static readonly string Long = new('l', 64);

    public string Id() => random.Next(8) switch
    {
        0 => $"drafts.d{random.Next(documents)}",
        1 => $"versions.r1.d{random.Next(documents)}",
        _ => $"d{random.Next(documents)}",
    };

    /// <summary>One to three mutations.</summary>
    public string Mutations() =>
        $"[{string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Mutation().ToJsonString()))}]";

    public JsonObject Document(string id)
    {
        var document = new JsonObject { ["_id"] = id, ["_type"] = Types[random.Next(3)], ["n"] = Value() };
        if (random.Next(4) > 0)
        {
            document["title"] = Value();
        }

        if (random.Next(3) > 0)
        {
            document["slug"] = random.Next(5) == 0 ? "no object" : new JsonObject { ["current"] = Text() };
        }

        if (random.Next(3) > 0)
        {
            document["author"] = new JsonObject { ["_ref"] = $"d{random.Next(documents)}", ["_weak"] = true };
        }

        if (random.Next(3) == 0)
        {
            document["flag"] = random.Next(2) == 0;
        }

        if (random.Next(5) == 0)
        {
            document["_createdAt"] = $"20{random.Next(10, 20)}-01-01T00:00:00Z";
        }

        return document;
    }

    public string Query()
    {
        var filter = string.Join(random.Next(3) == 0 ? " || " : " && ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Condition()));
        filter = random.Next(3) == 0 ? filter : $"_type == {Quoted(Types[random.Next(3)])}" + (random.Next(3) == 0 ? "" : $" && ({filter})");
        var order = random.Next(3) switch
        {
            0 => "",
            1 => $" | order({OrderKey()})",
            _ => $" | order({OrderKey()}, {OrderKey()})",
        };
        var slice = random.Next(3) == 0 ? "" : $"[{random.Next(3)}..{random.Next(2, 9)}]";
        var projection = random.Next(5) switch
        {
            0 => "{_id, \"who\": author->title}",
            1 => "{_id, n, title}",
            2 => "{_id, \"by\": *[references(^._id)]._id}",
            _ => "",
        };
        return random.Next(12) switch
        {
            0 => $"count(*[{filter}])",
            1 => $"*[{filter}]{order}[0]",
            _ => $"*[{filter}]{order}{slice}{projection}",
        };
    }

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private JsonObject Mutation()
    {
        var id = Id();
        return random.Next(5) switch
        {
            0 => new() { ["delete"] = new JsonObject { ["id"] = id } },
            _ => new() { ["createOrReplace"] = Document(id) },
        };
    }

    private string OrderKey() => (random.Next(6) == 0 ? "_id" : Paths[random.Next(Paths.Length)]) + (random.Next(2) == 0 ? " desc" : "");

    private string Condition()
    {
        var path = Paths[random.Next(Paths.Length)];
        string[] comparisons = ["==", "!=", "<", "<=", ">", ">="];
        return random.Next(11) switch
        {
            0 => $"defined({path})",
            1 => $"!defined({path})",
            2 => $"references({Quoted(Id())})",
            3 => $"{path} in [{Constant()}, {Constant()}]",
            4 => $"_id in path({Quoted(random.Next(2) == 0 ? "drafts.*" : "d1")})",
            5 => $"_id {comparisons[random.Next(2, 6)]} {Quoted(Id())}",
            6 => $"_type in [\"a\", \"{Types[random.Next(3)]}\"]",
            7 => $"!({path} == {Constant()})",
            8 => "flag",
            _ => $"{path} {comparisons[random.Next(6)]} {Constant()}",
        };
    }

    private string Constant() => Value()?.ToJsonString() is { } text && text[0] is not ('[' or '{') ? text : "null";

    private JsonNode? Value() => random.Next(12) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => new JsonArray(1, 2),
        3 => new JsonObject { ["x"] = 1 },
        < 7 => JsonValue.Create(random.Next(-3, 6) / 2.0),
        _ => JsonValue.Create(Text()),
    };

    private string Text() => random.Next(7) switch
    {
        0 => Long + random.Next(4),
        1 => "é" + (char)random.Next(0x20, 0x3000),
        2 => "",
        _ => ((char)('a' + random.Next(5))).ToString(),
    };
}
