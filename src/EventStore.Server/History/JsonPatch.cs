using System.Globalization;
using Newtonsoft.Json.Linq;

namespace EventStore.Server.History;

/// <summary>
/// RFC 6902 operations from a delta. The library's own formatter is not used: it does not escape keys, names the root
/// by the path of the empty key, and puts all removals first, although those inside array items are addressed by where
/// the items come to stand.
/// </summary>
internal static class JsonPatch
{
    private const string ArrayNote = "_t";

    /// <param name="delta">A delta over marked keys (see <see cref="DiffTree"/>); null when nothing differs.</param>
    public static JArray FromDelta(JToken? delta)
    {
        var operations = new JArray();
        if (delta is not null)
        {
            Add(operations, string.Empty, delta);
        }

        return operations;
    }

    private static void Add(JArray operations, string path, JToken delta)
    {
        switch (delta)
        {
            case JArray { Count: 1 } added:
                operations.Add(Operation("add", path, added[0]));
                break;
            case JArray { Count: 2 } replaced:
                operations.Add(Operation("replace", path, replaced[1]));
                break;
            case JArray:
                operations.Add(Operation("remove", path, null));
                break;
            case JObject items when items.ContainsKey(ArrayNote):
                AddItems(operations, path, items);
                break;
            case JObject members:
                foreach (var member in members.Properties())
                {
                    Add(operations, $"{path}/{Escape(DiffTree.Restore(member.Name))}", member.Value);
                }

                break;
        }
    }

    /// <summary>
    /// Removals by their old index from the end, then the rest by its new index from the beginning: so every index is
    /// right when its operation is applied.
    /// </summary>
    private static void AddItems(JArray operations, string path, JObject items)
    {
        var entries = items.Properties()
            .Where(item => item.Name != ArrayNote)
            .Select(item => (IsRemoval: item.Name[0] == '_', Index: Number(item.Name.TrimStart('_')), item.Value))
            .OrderByDescending(item => item.IsRemoval)
            .ThenBy(item => item.IsRemoval ? -item.Index : item.Index);
        foreach (var (_, index, value) in entries)
        {
            Add(operations, string.Create(CultureInfo.InvariantCulture, $"{path}/{index}"), value);
        }
    }

    private static JObject Operation(string name, string path, JToken? value)
    {
        var operation = new JObject { ["op"] = name, ["path"] = path };
        if (value is not null)
        {
            operation["value"] = DiffTree.RestoreKeys(value);
        }

        return operation;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Escape(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
