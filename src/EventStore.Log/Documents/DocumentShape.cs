using System.Text.Json;

namespace EventStore.Log.Documents;

/// <summary>The rules that hold for the whole of a document: its size, its depth, its arrays and its reference
/// objects.</summary>
internal static class DocumentShape
{
    /// <summary>The fault of a document that is too large.</summary>
    public static readonly string TooLarge = $"A document may have at most {Limits.DocumentBytes} bytes";

    /// <summary>What is wrong with a canonical document, in one sentence; null when nothing is.</summary>
    public static string? Fault(ReadOnlySpan<byte> content)
    {
        if (content.Length > Limits.DocumentBytes)
        {
            return TooLarge;
        }

        return IsPlain(content) ? null : FaultInDetail(content);
    }

    /// <summary>
    /// Whether nothing of what the rules are about can be in the document. Nearly all documents are plain, and telling
    /// so takes a tenth of the time of looking in detail.
    /// </summary>
    private static bool IsPlain(ReadOnlySpan<byte> content) =>
        content.Length <= 2 * Limits.ArrayElements
        && !DocumentReferences.MayRefer(content)
        && !CanonicalScanner.IsDeeperThan(content, Limits.DocumentDepth);

    private static string? FaultInDetail(ReadOnlySpan<byte> content)
    {
        var levels = new Level[Limits.DocumentDepth + 1];
        var depth = 0;
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                if (levels[depth] is { IsReference: true, ForeignKeyAt: > 0 and var start })
                {
                    var end = CanonicalScanner.EndOfString(content, start);
                    return $"Key \"{CanonicalString.Decode(content[(start + 1)..(end - 1)])}\" not allowed in ref";
                }

                depth--;
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                NoteKey(ref reader, ref levels[depth]);
                continue;
            }

            ref var level = ref levels[depth];
            if (level.IsArray && ++level.Elements > Limits.ArrayElements)
            {
                return $"An array may have at most {Limits.ArrayElements} elements";
            }

            level.IsReference |= level.AwaitsReference && reader.TokenType == JsonTokenType.String;
            level.AwaitsReference = false;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                if (++depth > Limits.DocumentDepth)
                {
                    return $"A document may nest at most {Limits.DocumentDepth} levels deep";
                }

                levels[depth] = new Level { IsArray = reader.TokenType == JsonTokenType.StartArray };
            }
        }

        return null;
    }

    private static void NoteKey(ref Utf8JsonReader reader, ref Level level)
    {
        if (reader.ValueTextEquals("_ref"u8))
        {
            level.AwaitsReference = true;
        }
        else if (level.ForeignKeyAt == 0 && !IsReferenceKey(ref reader))
        {
            // Whether the object is a reference is known only later, so the place is kept and no string is made.
            level.ForeignKeyAt = (int)reader.TokenStartIndex;
        }
    }

    private static bool IsReferenceKey(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("_type"u8)
        || reader.ValueTextEquals("_key"u8)
        || reader.ValueTextEquals("_weak"u8)
        || reader.ValueTextEquals("_dataset"u8)
        || reader.ValueTextEquals("_projectId"u8)
        || reader.ValueTextEquals("_strengthenOnPublish"u8);

    private struct Level
    {
        public bool IsArray;
        public bool IsReference;
        public bool AwaitsReference;
        public int Elements;
        public int ForeignKeyAt;
    }
}
