using System.Runtime.InteropServices;
using EventStore.Groq.Values;

namespace EventStore.Groq;

/// <summary>
/// One document: a JSON object in UTF-8, without duplicate keys. It remembers where its attributes lie once a query has
/// asked for them, so a document that is kept is cheaper the second time; it is not for use by several threads at once.
/// </summary>
public sealed class GroqDocument
{
    /// <summary>Wraps the bytes; they are not copied and must not change.</summary>
    public GroqDocument(ReadOnlyMemory<byte> json)
    {
        if (!MemoryMarshal.TryGetArray(json, out ArraySegment<byte> segment))
        {
            segment = new ArraySegment<byte>(json.ToArray());
        }
        byte[] bytes = segment.Array!;
        int end = segment.Offset + segment.Count;
        Text = new JsonText(bytes, JsonReader.SkipSpace(bytes, segment.Offset, end), end);
    }

    internal JsonText Text { get; }

    internal Value Value => Value.ObjectText(Text, Text.Start, Text.End);

    /// <summary>The value of the attribute <c>_id</c>, or null when it has none.</summary>
    public string? Id => Value.Attribute("_id"u8) is { IsString: true } id ? id.ToString() : null;

    /// <summary>The document's bytes.</summary>
    public ReadOnlyMemory<byte> Json => Text.Bytes.AsMemory(Text.Start..Text.End);
}
