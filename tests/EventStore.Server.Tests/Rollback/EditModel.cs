using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EventStore.Server.Tests.Rollback;

/// <summary>
/// A random history, and what undoing a part of it must come to, computed the plain way: a document is a table of places
/// and values, or null when it does not exist.
/// </summary>
internal sealed class EditModel
{
    private const string CreatedAt = "_createdAt";
    private const string Whole = "";

    private static readonly string[] Places =
        ["a", "b", "c", "o.x", "o.y", "items[_key==\"k1\"].v", "items[_key==\"k2\"].v"];

    private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Dictionary<string, List<(int Transaction, string Author, Dictionary<string, string>? State)>> _chains = [];
    private readonly StringBuilder _lines = new();
    private readonly bool _isIdleAllowed;

    /// <param name="random">Draws the history.</param>
    /// <param name="transactions">How many it has.</param>
    /// <param name="documents">How many documents they edit.</param>
    /// <param name="value">A value, of the number of a transaction and a random number.</param>
    /// <param name="isIdleAllowed">Whether an edit may unset what is not there.</param>
    public EditModel(
        Random random, int transactions, int documents, Func<int, int, string> value, bool isIdleAllowed = true)
    {
        _isIdleAllowed = isIdleAllowed;
        Count = transactions;
        for (var number = 1; number <= transactions; number++)
        {
            var author = Authors[random.Next(Authors.Length)];
            var mutations = new List<string>();
            foreach (var id in Enumerable.Range(0, documents).OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(n => $"d{n}"))
            {
                mutations.Add(Edit(random, number, author, id, value));
            }

            _lines.Append(CultureInfo.InvariantCulture, $$"""{"id":"t{{number}}","timestamp":"{{TimeOf(number)}}","author":"{{author}}",""")
                .Append("\"mutations\":[").AppendJoin(',', mutations).Append("]}\n");
        }
    }

    public static string[] Authors { get; } = ["ann", "bob", "eve"];

    public int Count { get; }

    /// <summary>The history as an import takes it.</summary>
    public string Lines => _lines.ToString();

    public IEnumerable<string> Documents => _chains.Keys;

    public static string TimeOf(int transaction) => Start.AddSeconds(transaction).ToString("s", CultureInfo.InvariantCulture) + "Z";

    /// <summary>A document as it is in an answer, without what the system says of it.</summary>
    public static Dictionary<string, string>? Flatten(JsonNode? document)
    {
        if (document is null)
        {
            return null;
        }

        var places = new Dictionary<string, string> { [CreatedAt] = (string)document[CreatedAt]! };
        foreach (var place in Places)
        {
            var node = place switch
            {
                ['o', '.', ..] => document["o"]![place[2..]],
                ['i', ..] => document["items"]!.AsArray().Single(item => place.Contains((string)item!["_key"]!))!["v"],
                _ => document[place],
            };
            if (node is not null)
            {
                places[place] = (string)node!;
            }
        }

        return places;
    }

    public Dictionary<string, string>? StateOf(string id, int at = int.MaxValue) =>
        _chains.GetValueOrDefault(id)?.LastOrDefault(edit => edit.Transaction <= at).State;

    /// <summary>
    /// Whether no later transaction touched what this one did: the places that it changed, or a document that it created
    /// or deleted. Such transactions could have happened without it, and would have done the same.
    /// </summary>
    public bool IsUntouchedSince(int transaction) => _chains.Values.All(chain =>
    {
        var edit = chain.FindIndex(edit => edit.Transaction == transaction);
        var later = Enumerable.Range(edit + 1, chain.Count - edit - 1).ToList();
        return edit < 0
            || later.Count == 0
            || (edit > 0
                && chain[edit - 1].State is not null
                && chain[edit].State is not null
                && !later.Exists(index => ChangedPlaces(chain[index - 1].State, chain[index].State)
                    .Intersect(ChangedPlaces(chain[edit - 1].State, chain[edit].State))
                    .Any()));
    });

    /// <summary>What undoing makes of a document; null when it has none of the edits.</summary>
    public Undone? Undo(string id, int first, int last, string? author)
    {
        var chain = _chains[id];
        bool Selects(int index) => chain[index].Transaction >= first && chain[index].Transaction <= last
            && (author is null || chain[index].Author == author);
        var selected = Enumerable.Range(0, chain.Count).Where(Selects).ToList();
        if (selected.Count == 0)
        {
            return null;
        }

        var (result, conflicts) = (chain[^1].State, new HashSet<string>());
        for (var end = chain.Count - 1; end >= 0; end--)
        {
            if (!Selects(end))
            {
                continue;
            }

            var begin = end;
            while (begin > 0 && Selects(begin - 1))
            {
                begin--;
            }

            result = Carry(chain[end].State, begin > 0 ? chain[begin - 1].State : null, result, conflicts);
            end = begin;
        }

        return new(chain[^1].State, result, conflicts, selected.Count, chain.Count - selected[0] - selected.Count);
    }

    public static bool AreSame(Dictionary<string, string>? one, Dictionary<string, string>? other) =>
        one is null ? other is null : other is not null && one.Count == other.Count && !one.Except(other).Any();

    private static IEnumerable<string> ChangedPlaces(Dictionary<string, string>? from, Dictionary<string, string>? to) =>
        Places.Where(place => from?.GetValueOrDefault(place) != to?.GetValueOrDefault(place));

    private static Dictionary<string, string>? Carry(
        Dictionary<string, string>? from, Dictionary<string, string>? to, Dictionary<string, string>? onto, HashSet<string> conflicts)
    {
        if (AreSame(from, to) || AreSame(onto, to))
        {
            return onto;
        }

        if (AreSame(onto, from))
        {
            return to;
        }

        if (from is null || to is null || onto is null)
        {
            conflicts.Add(Whole);
            return to;
        }

        var result = new Dictionary<string, string>(onto);
        var met = new HashSet<string>();
        foreach (var place in Places.Append(CreatedAt))
        {
            var (was, back, now) = (from.GetValueOrDefault(place), to.GetValueOrDefault(place), onto.GetValueOrDefault(place));
            if (was == back || now == back)
            {
                continue;
            }

            if (now != was)
            {
                met.Add(place);
            }

            result.Remove(place);
            if (back is not null)
            {
                result[place] = back;
            }
        }

        // Deleted and created again, it is another document.
        if (from[CreatedAt] == to[CreatedAt] && from[CreatedAt] != onto[CreatedAt] && !AreSame(result, onto))
        {
            conflicts.Add(Whole);
            return to;
        }

        conflicts.UnionWith(met);
        return result;
    }

    /// <summary>Changes one document at random.</summary>
    private string Edit(Random random, int number, string author, string id, Func<int, int, string> value)
    {
        var chain = _chains.TryGetValue(id, out var found) ? found : _chains[id] = [];
        var before = chain.Count > 0 ? chain[^1].State : null;
        if (before is null)
        {
            chain.Add((number, author, new() { [CreatedAt] = TimeOf(number) }));
            return $$"""{"create":{"_id":"{{id}}","_type":"t","o":{},"items":[{"_key":"k1"},{"_key":"k2"}] } }""";
        }

        if (random.Next(12) == 0)
        {
            chain.Add((number, author, null));
            return $$$"""{"delete":{"id":"{{{id}}}"}}""";
        }

        var after = new Dictionary<string, string>(before);
        var set = new JsonObject();
        var unset = new JsonArray();
        foreach (var place in Places.OrderBy(_ => random.Next()).Take(random.Next(1, 3)))
        {
            if (random.Next(5) == 0 && (_isIdleAllowed || after.ContainsKey(place)))
            {
                unset.Add(place);
                after.Remove(place);
            }
            else
            {
                set[place] = after[place] = value(number, random.Next());
            }
        }

        if (!AreSame(before, after))
        {
            chain.Add((number, author, after));
        }

        return new JsonObject { ["patch"] = new JsonObject { ["id"] = id, ["set"] = set, ["unset"] = unset } }.ToJsonString();
    }

    /// <summary>What a document was, what it becomes, and what is in the way.</summary>
    internal sealed record Undone(
        Dictionary<string, string>? Before, Dictionary<string, string>? After, HashSet<string> Conflicts, int Selected, int Others);
}
