using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Server.Auth;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// Leaves out what a query must not know of: documents that the caller may not read do not exist for it, nor do
/// unpublished ones where only published ones are asked for.
/// </summary>
/// <param name="snapshot">Where the documents come from.</param>
/// <param name="access">What the caller may read; of the past, when that is what is read.</param>
/// <param name="screen">Tells what may be read of the past.</param>
/// <param name="isPast">Whether documents are not given as they are now.</param>
internal sealed class ReadableDocuments(
    SnapshotReader snapshot, DocumentAccess access, DocumentScreen screen, bool isPast)
{
    /// <summary>Those of some documents that the caller may read, in their order.</summary>
    public IEnumerable<GroqDocument> Select(IReadOnlyList<GroqDocument> documents)
    {
        if (access.ReadsEverything)
        {
            return documents;
        }

        return isPast && access.ReadsByContent ? SelectPast(documents) : documents.Where(IsReadable);
    }

    /// <summary>A document if the caller may read it, else null.</summary>
    public GroqDocument? Select(GroqDocument? document) =>
        document is null || access.ReadsEverything ? document : Select([document]).FirstOrDefault();

    private bool IsReadable(GroqDocument document) =>
        DocumentId.TryParse(document.Id, out var id, out _) && access.CanRead(id, isPast ? null : document);

    /// <summary>What may be seen of the past depends on what the documents are like today.</summary>
    private List<GroqDocument> SelectPast(IReadOnlyList<GroqDocument> documents)
    {
        var ids = documents.Select(document => DocumentId.Parse(document.Id!)).ToList();
        var allowed = snapshot.Reads.Wait(() => new ValueTask<HashSet<DocumentId>>(
            screen.AllowedAsync(snapshot.Dataset, access, DocumentAccess.ReadPast, ids, snapshot.CancellationToken)));
        return documents.Where((_, index) => allowed.Contains(ids[index])).ToList();
    }
}
