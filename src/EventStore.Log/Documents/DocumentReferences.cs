using System.Text.Json;

namespace EventStore.Log.Documents;

/// <summary>Finds references: objects with a string <c>_ref</c>, wherever they are in a document.</summary>
public static class DocumentReferences
{
    /// <summary>
    /// The distinct ids that a document refers to strongly and in its own dataset, in the order of their first
    /// appearance: without <c>_weak: true</c>, <c>_dataset</c> and <c>_projectId</c>.
    /// </summary>
    public static IReadOnlyList<string> StrongTargets(ReadOnlySpan<byte> content)
    {
        if (!MayRefer(content))
        {
            return [];
        }

        var targets = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<Candidate>();
        var current = default(Candidate);
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                case JsonTokenType.StartArray:
                    open.Push(current);
                    current = default;
                    break;
                case JsonTokenType.EndArray:
                    current = open.Pop();
                    break;
                case JsonTokenType.EndObject:
                    if (current is { Target: { } target, IsWeakOrForeign: false } && seen.Add(target))
                    {
                        targets.Add(target);
                    }

                    current = open.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    ReadReferenceMember(ref reader, ref current, open);
                    break;
            }
        }

        return targets;
    }

    /// <summary>False when a document refers to nothing, which can be told quickly: in canonical JSON these bytes are
    /// only ever the end of a key.</summary>
    /// <remarks>A quote is left out of what is looked for: nearly every key begins with one, and few with the
    /// rest.</remarks>
    internal static bool MayRefer(ReadOnlySpan<byte> content) => content.IndexOf("_ref\":"u8) >= 0;

    private static void ReadReferenceMember(ref Utf8JsonReader reader, ref Candidate current, Stack<Candidate> open)
    {
        if (reader.ValueTextEquals("_ref"u8))
        {
            reader.Read();
            current = reader.TokenType == JsonTokenType.String ? current with { Target = reader.GetString() } : current;
        }
        else if (reader.ValueTextEquals("_weak"u8))
        {
            reader.Read();
            current = reader.TokenType == JsonTokenType.True ? current with { IsWeakOrForeign = true } : current;
        }
        else if (reader.ValueTextEquals("_dataset"u8) || reader.ValueTextEquals("_projectId"u8))
        {
            reader.Read();
            current = current with { IsWeakOrForeign = true };
        }
        else
        {
            return;
        }

        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            open.Push(current);
            current = default;
        }
    }

    private readonly record struct Candidate(string? Target, bool IsWeakOrForeign);
}
