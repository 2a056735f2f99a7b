using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Log.Projections;
using EventStore.Server.Datasets;

namespace EventStore.Server.Export;

/// <summary>
/// One answer of the export endpoint while it is being written. Where a page ends depends on its documents alone, not
/// on how they were read.
/// </summary>
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

    public bool HasSuccessor { get; private set; }

    /// <summary>Where the next page begins; null when there is none.</summary>
    public ExportCursor? Successor =>
        HasSuccessor && _lastId is not null ? new(request.Dataset.Number, sequence, _lastId) : null;

    private bool IsFull =>
        Ends && (_bytes >= ServerLimits.ExportPageBytes || _documents >= ServerLimits.ExportPageDocuments);

    private bool TakesAll => !Ends && types is null && request.Access.ReadsEverything;

    /// <summary>The stretches of a batch that belong to the answer, in order.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="allowed">Those of its documents that may be read, when that was found out before.</param>
    public IEnumerable<ReadOnlyMemory<byte>> Select(DocumentBatch batch, HashSet<DocumentId>? allowed)
    {
        if (TakesAll)
        {
            yield return batch.Text;
            yield break;
        }

        var runStart = 0;
        for (var index = 0; index < batch.Count; index++)
        {
            if (IsFull)
            {
                // There is at least this one more, so the page has a successor.
                HasSuccessor = true;
                yield return batch.Lines(runStart, index);
                yield break;
            }

            var line = batch[index];
            var id = line.Id;
            _documents++;
            _lastId = id.Value;
            if ((allowed?.Contains(id) ?? CanRead(line, id))
                && (types is null || types.Contains(line.Type ?? string.Empty)))
            {
                _bytes += line.Json.Length;
                continue;
            }

            yield return batch.Lines(runStart, index);
            runStart = index + 1;
        }

        yield return batch.Lines(runStart, batch.Count);
    }

    private bool CanRead(DocumentLine line, DocumentId id) => request.Access.CanRead(id)
        || (request.Access.ReadsByContent && request.Access.CanRead(id, new GroqDocument(line.Json)));
}
