using System.Text;
using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;
using EventStore.Mendoza;

namespace EventStore.Log.Tests.Postgres;

/// <summary>Seeded random transactions over a few documents, told to the log and to a reference model alike.</summary>
internal sealed class RandomTransactions(Random random, int documents)
{
    private static readonly string[] Words =
        ["snø", "fjell", "hav", "skog", "👩‍👩‍👧", "sun", "moon", "", "\"quoted\"", "line\nbreak"];

    /// <summary>Enough that patches of whole documents outgrow the shortest chain that gets a keyframe.</summary>
    private const int ParagraphWords = 200;

    private readonly SequentialIdentifiers _identifiers = new();

    /// <summary>One transaction of one to four mutations, and what it must leave behind.</summary>
    public (AppendRequest Request, Dictionary<string, JsonObject?> Changes) Next(ReferenceModel model, int number)
    {
        var changes = new Dictionary<string, JsonObject?>();
        var mutations = new JsonArray();
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var id = DocumentName(random.Next(documents));
            var current = changes.TryGetValue(id, out var pending) ? pending : model.Head.GetValueOrDefault(id);
            var (mutation, result) = Mutate(id, current);
            mutations.Add(mutation);
            if (!ReferenceEquals(current, result))
            {
                changes[id] = result;
            }
        }

        DropUnchanged(model, changes);
        var request = new AppendRequest
        {
            Id = TransactionId.Parse($"tx-{number}"),
            Author = $"author-{random.Next(3)}",
            Mutations = Parse(mutations.ToJsonString()),
        };
        return (request, changes);
    }

    public IReadOnlyList<Mutation> Parse(string mutations) => MutationParser.Parse(
        CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(mutations), JsonLimits.Default),
        new MutationParseOptions(AutoGenerateArrayKeys: false),
        _identifiers);

    private static string DocumentName(int number) => (number % 3) switch
    {
        0 => $"doc-{number}",
        1 => $"drafts.doc-{number - 1}",
        _ => $"versions.release.doc-{number - 2}",
    };

    /// <summary>A document changed and changed back within one transaction was not touched.</summary>
    private static void DropUnchanged(ReferenceModel model, Dictionary<string, JsonObject?> changes)
    {
        foreach (var (id, document) in changes.ToList())
        {
            var before = model.Head.GetValueOrDefault(id);
            if (before is null && document is null)
            {
                changes.Remove(id);
            }
        }
    }

    private (JsonNode Mutation, JsonObject? Result) Mutate(string id, JsonObject? current)
    {
        switch (random.Next(6))
        {
            case 0:
                return (new JsonObject { ["delete"] = new JsonObject { ["id"] = id } }, null);
            case 1 when current is null:
                var created = Document(id);
                return (new JsonObject { ["create"] = created.DeepClone() }, created);
            case 2:
                var candidate = Document(id);
                return (new JsonObject { ["createIfNotExists"] = candidate.DeepClone() }, current ?? candidate);
            case 3 when current is not null:
            case 4 when current is not null:
                return Patch(id, current);
            default:
                var replaced = Document(id);
                return (new JsonObject { ["createOrReplace"] = replaced.DeepClone() }, replaced);
        }
    }

    private (JsonNode Mutation, JsonObject Result) Patch(string id, JsonObject current)
    {
        // The counter makes every patch a change, so that the model need not judge equality.
        var result = (JsonObject)current.DeepClone();
        var counter = (result["counter"]?.GetValue<int>() ?? 0) + 1;
        result["counter"] = counter;
        result["title"] = Text();
        var patch = new JsonObject
        {
            ["id"] = id,
            ["set"] = new JsonObject { ["counter"] = counter, ["title"] = result["title"]!.DeepClone() },
        };
        if (result.ContainsKey("body") && random.Next(3) == 0)
        {
            result.Remove("body");
            patch["unset"] = new JsonArray("body");
        }

        return (new JsonObject { ["patch"] = patch }, result);
    }

    private JsonObject Document(string id)
    {
        var body = new JsonArray();
        for (var count = random.Next(12); count > 0; count--)
        {
            body.Add(new JsonObject { ["_key"] = $"k{count}", ["_type"] = "block", ["text"] = Text(ParagraphWords) });
        }

        return new JsonObject
        {
            ["_id"] = id,
            ["_type"] = random.Next(2) == 0 ? "article" : "page",
            ["title"] = Text(),
            ["counter"] = random.Next(1_000_000),
            ["body"] = body,
            ["Ünïcode"] = random.NextDouble(),
        };
    }

    private string Text(int words = 12) =>
        string.Join(' ', Enumerable.Range(0, random.Next(words)).Select(_ => Words[random.Next(Words.Length)]));
}
