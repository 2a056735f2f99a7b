using System.Buffers;
using System.Text;
using System.Text.Json;
using EventStore.Groq;
using EventStore.Log.Documents;

namespace EventStore.Server.Query.Datasets;

/// <summary>What a layered perspective makes of a document.</summary>
internal static class VersionDocument
{
    private const string OriginalId = "_originalId";

    /// <summary>
    /// Whether a version says that its release takes the document away: it has <c>_system.delete</c>.
    /// </summary>
    public static bool IsRemoval(GroqDocument document) =>
        document.Id!.StartsWith(VersionIds.VersionPrefix, StringComparison.Ordinal)
        && DocumentContent.TryReadValue(document.Json.Span, "_system"u8, out var system)
        && system[0] == '{'
        && DocumentContent.TryReadValue(system, "delete"u8, out var delete)
        && delete.SequenceEqual("true"u8);

    /// <summary>The id that a document is stored by which is shown under another.</summary>
    public static string? OriginalIdOf(GroqDocument document) =>
        DocumentContent.ReadString(document.Json.Span, "_originalId"u8);

    /// <summary>The document with the id it is published by, and its own under <c>_originalId</c>.</summary>
    public static GroqDocument Under(GroqDocument document, string publishedId)
    {
        var json = document.Json.Span;
        var output = new ArrayBufferWriter<byte>(json.Length + (2 * publishedId.Length) + 32);
        output.Write("{"u8);
        var separator = ""u8;
        foreach (var (key, value) in DocumentContent.Members(json))
        {
            if (key == OriginalId)
            {
                continue;
            }

            output.Write(separator);
            separator = ","u8;
            output.Write(JsonSerializer.SerializeToUtf8Bytes(key));
            output.Write(":"u8);
            if (key != "_id")
            {
                output.Write(json[value]);
                continue;
            }

            // Ids need no escaping.
            output.Write(Encoding.UTF8.GetBytes($"\"{publishedId}\",\"{OriginalId}\":\"{document.Id}\""));
        }

        output.Write("}"u8);
        return new(output.WrittenMemory);
    }
}
