using EventStore.Groq;
using EventStore.Groq.Planning;
using EventStore.Server.Query.Attributes;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// All documents that the caller may read, as they are stored: the perspective <c>raw</c>, and <c>published</c> when
/// drafts and versions are left out.
/// </summary>
/// <param name="snapshot">Where the documents come from.</param>
/// <param name="readable">What the caller may read.</param>
/// <param name="scans">What earlier scans of this query have left.</param>
/// <param name="onlyPublished">Whether drafts and versions do not exist.</param>
/// <param name="indexed">Finds documents without reading all of them.</param>
internal sealed class RawDataset(
    SnapshotReader snapshot,
    ReadableDocuments readable,
    ScanMemory scans,
    bool onlyPublished,
    IndexedDataset indexed) : IGroqDataset, IStoredDocuments
{
    /// <inheritdoc/>
    public bool HasOwnIds => true;

    /// <inheritdoc/>
    public bool OnlyPublished => onlyPublished;

    /// <inheritdoc/>
    public IEnumerable<GroqDocument> Read(GroqSource source)
    {
        if (IdConstraint.Find(source.Constraint) is { } ids)
        {
            snapshot.Trace.Read(source, "ids", ids.Count);
            return ReadByIds(ids);
        }

        if (indexed.TryRead(source, this, out var found))
        {
            return found;
        }

        if (scans.TryRead(() => Scan(null), out var kept))
        {
            snapshot.Trace.Read(source, "memory", kept.Count);
            return kept;
        }

        snapshot.Trace.Read(source, "scan");
        return Scan(TypeTest.Of(source.Constraint));
    }

    /// <inheritdoc/>
    public GroqDocument? Find(string id) =>
        onlyPublished && !VersionIds.IsPublished(id) ? null : readable.Select(snapshot.Find(id));

    /// <inheritdoc/>
    public void Prefetch(IReadOnlyCollection<string> ids) => snapshot.Fetch(ids);

    /// <inheritdoc/>
    public string? ShownId(string storedId) =>
        onlyPublished && !VersionIds.IsPublished(storedId) ? null : storedId;

    /// <inheritdoc/>
    public void PrefetchStored(IReadOnlyCollection<string> storedIds) => snapshot.Fetch(storedIds);

    /// <inheritdoc/>
    public GroqDocument? Show(string storedId) => Find(storedId);

    /// <inheritdoc/>
    public IEnumerable<GroqDocument> FindAll(IReadOnlyList<string> shownIds)
    {
        snapshot.Fetch(shownIds);
        return shownIds.Select(Find).OfType<GroqDocument>();
    }

    private IEnumerable<GroqDocument> ReadByIds(IReadOnlyList<string> ids) =>
        ids.Chunk(ServerLimits.QueryLookupSlice).SelectMany(FindAll);

    private IEnumerable<GroqDocument> Scan(TypeTest? types)
    {
        foreach (var page in snapshot.Scan(null, types))
        {
            foreach (var document in readable.Select(page))
            {
                if (!onlyPublished || VersionIds.IsPublished(document.Id!))
                {
                    yield return document;
                }
            }
        }
    }
}
