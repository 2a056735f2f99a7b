using System.Diagnostics.CodeAnalysis;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Merging;

/// <summary>The elements of an array that are known by their <c>_key</c>.</summary>
internal sealed class KeyedItems
{
    private readonly Dictionary<string, JsonValue> _items;

    private KeyedItems(List<string> keys, Dictionary<string, JsonValue> items) => (Keys, _items) = (keys, items);

    /// <summary>In the order of the elements.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Null when an element has no key, or two have the same.</summary>
    public static KeyedItems? Of(JsonValue array)
    {
        var keys = new List<string>(array.Items.Length);
        var items = new Dictionary<string, JsonValue>(array.Items.Length, StringComparer.Ordinal);
        foreach (var item in array.Items)
        {
            if (!TryReadKey(item, out var key) || !items.TryAdd(key, item))
            {
                return null;
            }

            keys.Add(key);
        }

        return new(keys, items);
    }

    public bool Contains(string key) => _items.ContainsKey(key);

    public JsonValue? Find(string key) => _items.GetValueOrDefault(key);

    private static bool TryReadKey(JsonValue item, [NotNullWhen(true)] out string? key)
    {
        key = item.Kind == JsonKind.Object && item.Find("_key"u8) is { Kind: JsonKind.String } found
            ? found.DecodeString()
            : null;
        return key is not null;
    }
}
