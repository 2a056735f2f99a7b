using System.Text;
using System.Text.Json;
using EventStore.Log;
using Newtonsoft.Json.Linq;

namespace EventStore.Server.History;

/// <summary>
/// Documents as the trees that JsonDiffPatch.Net compares. Numbers stay the text they are: the library would round
/// those that fit neither a long nor a double. Keys carry a mark, because the library takes a key <c>_t</c> for its own
/// note "this is an array"; the mark is removed from what it returns.
/// </summary>
internal static class DiffTree
{
    /// <summary>Begins every key of a document, and no key of the library's.</summary>
    private const char Mark = '\u0001';

    /// <summary>Reads canonical JSON.</summary>
    /// <param name="json">The document.</param>
    /// <param name="longestArray">The number of items of its longest array.</param>
    public static JToken Parse(ReadOnlyMemory<byte> json, out long longestArray)
    {
        var reader = new Utf8JsonReader(json.Span, new() { MaxDepth = Limits.MutateBodyDepth });
        reader.Read();
        longestArray = 0;
        return Read(ref reader, ref longestArray);
    }

    /// <summary>The tree with the keys of the document.</summary>
    public static JToken RestoreKeys(JToken token)
    {
        switch (token)
        {
            case JObject marked:
                var restored = new JObject();
                foreach (var property in marked.Properties())
                {
                    restored.Add(Restore(property.Name), RestoreKeys(property.Value));
                }

                return restored;
            case JArray array:
                return new JArray(array.Select(RestoreKeys));
            default:
                return token;
        }
    }

    /// <summary>The key of the document that a marked key stands for.</summary>
    public static string Restore(string key) => key is [Mark, ..] ? key[1..] : key;

    private static JToken Read(ref Utf8JsonReader reader, ref long longestArray)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new JObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var key = Mark + reader.GetString()!;
                    reader.Read();
                    members.Add(key, Read(ref reader, ref longestArray));
                }

                return members;
            case JsonTokenType.StartArray:
                var items = new JArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, ref longestArray));
                }

                longestArray = Math.Max(longestArray, items.Count);
                return items;
            case JsonTokenType.String:
                return new JValue(reader.GetString());
            case JsonTokenType.Number:
                return new JRaw(Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.Null:
                return JValue.CreateNull();
            default:
                return new JValue(reader.TokenType == JsonTokenType.True);
        }
    }
}
