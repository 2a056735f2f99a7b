using System.Text.Json.Nodes;

namespace EventStore.Server.Tests.Http;

/// <summary>Applies differences as their specifications say, without the library that made them.</summary>
internal static class DeltaApplier
{
    /// <summary>RFC 6902: add, remove and replace.</summary>
    public static JsonNode? Patch(JsonNode? document, JsonArray operations)
    {
        var root = new JsonArray(document?.DeepClone());
        foreach (var operation in operations)
        {
            var pointer = (string)operation!["path"]!;
            var steps = pointer.Split('/').Skip(1).Select(step => step.Replace("~1", "/").Replace("~0", "~")).ToList();
            JsonNode parent = root;
            var key = "0";
            foreach (var step in steps)
            {
                parent = (parent is JsonArray array ? array[int.Parse(key)] : parent[key])!;
                key = step;
            }

            Change(parent, key, (string)operation["op"]!, operation["value"]?.DeepClone());
        }

        return root[0]?.DeepClone();
    }

    /// <summary>The delta format of jsondiffpatch: added, modified, deleted, and arrays by index.</summary>
    public static JsonNode? Apply(JsonNode? left, JsonNode? delta)
    {
        switch (delta)
        {
            case null:
                return left?.DeepClone();
            case JsonArray { Count: 1 or 2 } values:
                return values[^1]?.DeepClone();
            case JsonObject items when left is JsonArray array:
                var list = array.Select(item => item?.DeepClone()).ToList();
                foreach (var index in items.Where(item => item.Key.StartsWith('_') && item.Key != "_t")
                    .Select(item => int.Parse(item.Key[1..])).OrderDescending())
                {
                    list.RemoveAt(index);
                }

                foreach (var (index, value) in items.Where(item => !item.Key.StartsWith('_'))
                    .Select(item => (int.Parse(item.Key), item.Value)).OrderBy(item => item.Item1))
                {
                    if (value is JsonArray { Count: 1 })
                    {
                        list.Insert(index, Apply(null, value));
                    }
                    else
                    {
                        list[index] = Apply(list[index], value);
                    }
                }

                return new JsonArray(list.ToArray());
            default:
                var result = (JsonObject)left!.DeepClone();
                foreach (var (key, value) in (JsonObject)delta)
                {
                    if (value is JsonArray { Count: 3 })
                    {
                        result.Remove(key);
                    }
                    else
                    {
                        result[key] = Apply(result[key], value);
                    }
                }

                return result;
        }
    }

    private static void Change(JsonNode parent, string key, string operation, JsonNode? value)
    {
        switch (parent, operation)
        {
            case (JsonArray array, "add"):
                array.Insert(int.Parse(key), value);
                break;
            case (JsonArray array, "remove"):
                array.RemoveAt(int.Parse(key));
                break;
            case (JsonArray array, "replace"):
                array[int.Parse(key)] = value;
                break;
            case (JsonObject document, "add"):
                document.ContainsKey(key).ShouldBeFalse();
                document[key] = value;
                break;
            case (JsonObject document, "remove"):
                document.Remove(key).ShouldBeTrue();
                break;
            case (JsonObject document, "replace"):
                document.ContainsKey(key).ShouldBeTrue();
                document[key] = value;
                break;
            default:
                throw new InvalidOperationException($"{operation} \"{key}\" in {parent}");
        }
    }
}
