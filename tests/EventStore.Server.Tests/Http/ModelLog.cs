using System.Text.Json.Nodes;

namespace EventStore.Server.Tests.Http;

/// <summary>
/// A made-up history and what it means, in the plainest way: creates, edits, deletes, re-creates, drafts, versions, transactions
/// that touch several documents, several that share a timestamp, and some that change nothing.
/// </summary>
internal sealed class ModelLog
{
    public static readonly string[] DocumentIds = ["a", "b", "c", "drafts.a", "drafts.b", "versions.r1.a"];
    public static readonly string[] Authors = ["ada", "bob", "c d"];

    private readonly Dictionary<string, JsonObject> _state = [];
    private readonly Random _random;
    private DateTimeOffset _time = new(2020, 2, 28, 23, 59, 0, TimeSpan.Zero);

    public ModelLog(int seed, int transactions)
    {
        _random = new Random(seed);
        for (var sequence = 1; sequence <= transactions; sequence++)
        {
            Transactions.Add(Next(sequence));
        }
    }

    public List<ModelTransaction> Transactions { get; } = [];

    public string ImportLines => string.Concat(Transactions.Select(transaction => transaction.ImportLine + "\n"));

    /// <summary>The existing documents after a transaction, with their revisions, in the order of their ids.</summary>
    public SortedDictionary<string, JsonObject> AsOf(long sequence)
    {
        var state = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var transaction in Transactions.Where(transaction => transaction.Sequence <= sequence))
        {
            foreach (var (id, after) in transaction.After)
            {
                state.Remove(id);
                if (after is not null)
                {
                    state[id] = WithRevision(after, transaction.Id);
                }
            }
        }

        return state;
    }

    /// <summary>The newest state of a document that exists or existed.</summary>
    public JsonObject? LastOf(string id)
    {
        var last = Transactions.LastOrDefault(transaction => transaction.After.GetValueOrDefault(id) is not null);
        return last is null ? null : WithRevision(last.After[id]!, last.Id);
    }

    public long SequenceAt(DateTimeOffset time) => Transactions.Count(transaction => transaction.Timestamp <= time);

    private static JsonObject WithRevision(JsonObject document, string revision)
    {
        var copy = (JsonObject)document.DeepClone();
        copy["_rev"] = revision;
        return copy;
    }

    private ModelTransaction Next(int sequence)
    {
        // Every third shares its predecessor's time; the others are apart by anything from a microsecond to an hour.
        _time = sequence % 3 == 0 ? _time : _time.AddMicroseconds(1 + _random.NextInt64(_random.Next(2) == 0 ? 10 : 3_600_000_000));
        var mutations = new List<(string, JsonObject)>();
        var before = new SortedDictionary<string, JsonObject?>(StringComparer.Ordinal);
        var after = new SortedDictionary<string, JsonObject?>(StringComparer.Ordinal);
        foreach (var id in DocumentIds.OrderBy(_ => _random.Next()).Take(1 + _random.Next(4)))
        {
            var old = _state.GetValueOrDefault(id);
            var (recorded, result) = old is null ? OfMissing(id, sequence) : OfExisting(id, old, sequence);
            mutations.Add((id, recorded));
            if (JsonNode.DeepEquals(old, result))
            {
                continue;
            }

            before[id] = old;
            after[id] = result;
            _state.Remove(id);
            if (result is not null)
            {
                _state[id] = result;
            }
        }

        return new(sequence, $"tx-{sequence}", _time, Authors[_random.Next(Authors.Length)], mutations, before, after);
    }

    private (JsonObject Mutation, JsonObject? Result) OfMissing(string id, int sequence)
    {
        if (_random.Next(6) == 0)
        {
            return (Delete(id), null);
        }

        var kind = new[] { "create", "createOrReplace", "createIfNotExists" }[_random.Next(3)];
        var document = Document(id, sequence);
        return (new JsonObject { [kind] = document }, Stamped(document));
    }

    private (JsonObject Mutation, JsonObject? Result) OfExisting(string id, JsonObject old, int sequence)
    {
        switch (_random.Next(6))
        {
            case 0:
                return (Delete(id), null);
            case 1:
                return (new JsonObject { ["createIfNotExists"] = Document(id, sequence) }, old);
            case 2:
                var document = Document(id, sequence);
                return (new JsonObject { ["createOrReplace"] = document }, Stamped(document));
            case 3:
                return (Patch(id, "unset", new JsonArray("text")), Edited(old, "text", null));
            case 4:
                return (Patch(id, "set", new JsonObject { ["n"] = old["n"]!.DeepClone() }), old);
            default:
                return (Patch(id, "set", new JsonObject { ["text"] = $"ö{sequence}" }), Edited(old, "text", $"ö{sequence}"));
        }
    }

    private JsonObject Edited(JsonObject old, string key, string? value)
    {
        var copy = (JsonObject)old.DeepClone();
        copy.Remove(key);
        if (value is not null)
        {
            copy[key] = value;
        }

        if (!JsonNode.DeepEquals(copy, old))
        {
            copy["_updatedAt"] = Seconds;
        }

        return copy;
    }

    private JsonObject Stamped(JsonObject document)
    {
        var copy = (JsonObject)document.DeepClone();
        copy["_createdAt"] = Seconds;
        copy["_updatedAt"] = Seconds;
        return copy;
    }

    private string Seconds => _time.ToString("yyyy-MM-ddTHH:mm:ssZ");

    private JsonObject Document(string id, int sequence) => new()
    {
        ["_id"] = id,
        ["_type"] = _random.Next(2) == 0 ? "post" : "page",
        ["n"] = sequence,
        ["text"] = new string((char)('a' + (sequence % 26)), _random.Next(40)),
    };

    private static JsonObject Delete(string id) =>
        new() { ["delete"] = new JsonObject { ["id"] = id, ["purge"] = false } };

    private static JsonObject Patch(string id, string operation, JsonNode argument) =>
        new() { ["patch"] = new JsonObject { ["id"] = id, [operation] = argument } };
}
