using EventStore.Log.Documents;

namespace EventStore.Log.Projections;

/// <summary>A document as it leaves the server, somewhere in a <see cref="DocumentBatch"/>.</summary>
/// <param name="Document">The document's number in its dataset.</param>
/// <param name="Sequence">The transaction that made this state.</param>
/// <param name="Json">Canonical JSON with <c>_rev</c>, without a line end; as short-lived as its batch.</param>
public readonly record struct DocumentLine(int Document, long Sequence, ReadOnlyMemory<byte> Json)
{
    /// <summary>The document's id.</summary>
    public DocumentId Id => DocumentId.Parse(DocumentContent.ReadString(Json.Span, "_id"u8) ?? "");

    /// <summary>The id as bytes, which is how documents are sorted.</summary>
    public ReadOnlySpan<byte> IdBytes =>
        DocumentContent.TryReadValue(Json.Span, "_id"u8, out var value) ? value[1..^1] : default;

    /// <summary>Its revision: the id of the transaction that made this state.</summary>
    public string Revision => DocumentContent.ReadString(Json.Span, "_rev"u8) ?? "";

    /// <summary>Its type, or null when it has none.</summary>
    public string? Type => DocumentContent.Type(Json.Span);

    /// <summary>The document without <c>_rev</c>, as the log knows it; a copy.</summary>
    public ReadOnlyMemory<byte> Content => DocumentContent.RemoveRevision(Json);
}
