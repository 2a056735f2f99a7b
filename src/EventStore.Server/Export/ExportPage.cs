using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Log.Projections;

namespace EventStore.Server.Export;

/// <summary>Chooses the documents of an export, while it is being written, out of those of the dataset.</summary>
/// <param name="export">What is exported.</param>
/// <param name="bounds">Where the answer ends.</param>
internal sealed class ExportPage(ExportRequest export, ExportBounds bounds)
{
    private bool TakesAll => !bounds.Ends && export.Types is null && export.Opened.Access.ReadsEverything;

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
            var line = batch[index];
            var id = line.Id;
            if (!bounds.TryEnter(id))
            {
                yield return batch.Lines(runStart, index);
                yield break;
            }

            if ((allowed?.Contains(id) ?? CanRead(line, id)) && (export.Types is null || export.Wants(line.Type)))
            {
                bounds.Send(line.Json.Length);
                continue;
            }

            yield return batch.Lines(runStart, index);
            runStart = index + 1;
        }

        yield return batch.Lines(runStart, batch.Count);
    }

    private bool CanRead(DocumentLine line, DocumentId id) => export.Opened.Access.CanRead(id)
        || (export.Opened.Access.ReadsByContent && export.Opened.Access.CanRead(id, new GroqDocument(line.Json)));
}
