using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;

namespace EventStore.Server.Export;

/// <summary>One answer of the export endpoint while it is being written.</summary>
/// <param name="request">Who exports what.</param>
/// <param name="types">Only documents of these types; null for all.</param>
/// <param name="sequence">The state that is exported.</param>
internal sealed class ExportPage(DatasetRequest request, HashSet<string>? types, long sequence)
{
    private string? _lastId;
    private int _documents;
    private long _bytes;

    public DatasetRequest Request => request;

    /// <summary>Whether the answer ends after a page; else it holds everything.</summary>
    public bool Ends { get; init; }

    /// <summary>Whether the next document belongs to the next page.</summary>
    public bool IsFull =>
        Ends && (_bytes >= ServerLimits.ExportPageBytes || _documents >= ServerLimits.ExportPageDocuments);

    public bool HasSuccessor { get; set; }

    /// <summary>Where the next page begins; null when there is none.</summary>
    public ExportCursor? Successor =>
        HasSuccessor && _lastId is not null ? new(request.Dataset.Number, sequence, _lastId) : null;

    /// <summary>
    /// Writes the line of a document, unless its type was not asked for or the caller may not see it.
    /// </summary>
    public void Write(StreamedAnswer answer, DocumentSnapshot document)
    {
        _lastId = document.Id.Value;
        _documents++;
        if (!request.Access.CanRead(document.Id)
            || (types is not null && !types.Contains(DocumentContent.Type(document.Content.Span) ?? string.Empty)))
        {
            return;
        }

        DocumentContent.WriteWithRevision(document.Content.Span, document.Revision, answer);
        answer.Write("\n"u8);
        _bytes += document.Content.Length;
    }
}
