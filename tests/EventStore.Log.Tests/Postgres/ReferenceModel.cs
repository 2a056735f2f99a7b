using System.Text;
using System.Text.Json.Nodes;

namespace EventStore.Log.Tests.Postgres;

/// <summary>
/// What the log should say, in the plainest way: the whole dataset kept as a dictionary after every transaction. It shares
/// no code with the product.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly List<SortedDictionary<string, JsonObject>> _states = [new(StringComparer.Ordinal)];

    /// <summary>Transactions so far.</summary>
    public long Sequence => _states.Count - 1;

    /// <summary>The dataset after a transaction; 0 is the empty one.</summary>
    public IReadOnlyDictionary<string, JsonObject> At(long sequence) => _states[(int)sequence];

    public IReadOnlyDictionary<string, JsonObject> Head => _states[^1];

    /// <summary>Ids touched by a transaction.</summary>
    public IReadOnlyList<string> Touched(long sequence)
    {
        var (before, after) = (At(sequence - 1), At(sequence));
        return before.Keys.Union(after.Keys)
            .Where(id => !(before.TryGetValue(id, out var old) && after.TryGetValue(id, out var now) && ReferenceEquals(old, now)))
            .Order(StringComparer.Ordinal)
            .ToList();
    }

    /// <summary>Adds a transaction: the documents it leaves changed, null for deleted ones.</summary>
    public void Append(IReadOnlyDictionary<string, JsonObject?> changes)
    {
        var next = new SortedDictionary<string, JsonObject>(_states[^1], StringComparer.Ordinal);
        foreach (var (id, document) in changes)
        {
            if (document is null)
            {
                next.Remove(id);
            }
            else
            {
                next[id] = document;
            }
        }

        _states.Add(next);
    }

    /// <summary>Comparable text: keys sorted, timestamps set by the log left out.</summary>
    public static string Normalize(JsonObject document) => Write(document, isRoot: true);

    /// <inheritdoc cref="Normalize(JsonObject)"/>
    public static string Normalize(ReadOnlyMemory<byte> content) =>
        Normalize(JsonNode.Parse(content.Span)!.AsObject());

    private static string Write(JsonNode? node, bool isRoot = false)
    {
        switch (node)
        {
            case null:
                return "null";
            case JsonArray array:
                return $"[{string.Join(',', array.Select(item => Write(item)))}]";
            case JsonObject value:
                var text = new StringBuilder("{");
                foreach (var (key, item) in value.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    if (!isRoot || key is not ("_createdAt" or "_updatedAt" or "_rev"))
                    {
                        text.Append(JsonValue.Create(key).ToJsonString()).Append(':').Append(Write(item)).Append(',');
                    }
                }

                return text.Append('}').ToString();
            default:
                return node.ToJsonString();
        }
    }
}
