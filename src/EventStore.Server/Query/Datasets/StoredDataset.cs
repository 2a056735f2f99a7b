using EventStore.Groq;
using EventStore.Groq.Planning;
using EventStore.Server.Query.Attributes;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// What every view of a pinned dataset has in common: the way on which documents are found. Ids are looked up; else the
/// index is asked; else the dataset is read whole, once if the query asks for it several times.
/// </summary>
/// <param name="snapshot">Where the documents come from.</param>
/// <param name="scans">What earlier scans of this query have left.</param>
/// <param name="indexed">Finds documents without reading all of them.</param>
internal abstract class StoredDataset(SnapshotReader snapshot, ScanMemory scans, IndexedDataset indexed)
    : IGroqDataset, IStoredDocuments
{
    /// <inheritdoc/>
    public abstract bool HasOwnIds { get; }

    /// <summary>Where the documents come from.</summary>
    protected SnapshotReader Snapshot => snapshot;

    /// <inheritdoc/>
    public abstract bool OnlyPublished { get; }

    /// <inheritdoc/>
    public IEnumerable<GroqDocument> Read(GroqSource source)
    {
        if (IdConstraint.Find(source.Constraint) is { } ids)
        {
            snapshot.Trace.Read(source, "ids", ids.Count);
            return ids.Chunk(ServerLimits.QueryLookupSlice).SelectMany(FindAll);
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

    /// <summary>Reads before the evaluation what <see cref="Read"/> will read first for a source.</summary>
    public async Task ForeseeAsync(GroqSource source)
    {
        if (IdConstraint.Find(source.Constraint) is { } ids)
        {
            await snapshot.ForeseeAsync(StoredIds(ids.Take(ServerLimits.QueryLookupSlice)));
            return;
        }

        await indexed.ForeseeAsync(source, this);
    }

    /// <inheritdoc/>
    public abstract GroqDocument? Find(string id);

    /// <inheritdoc/>
    public void Prefetch(IReadOnlyCollection<string> ids) => snapshot.Fetch(StoredIds(ids));

    /// <inheritdoc/>
    public abstract string? ShownId(string storedId);

    /// <inheritdoc/>
    public abstract void PrefetchStored(IReadOnlyCollection<string> storedIds);

    /// <inheritdoc/>
    public abstract GroqDocument? Show(string storedId);

    /// <inheritdoc/>
    public IEnumerable<GroqDocument> FindAll(IReadOnlyList<string> shownIds)
    {
        Prefetch(shownIds);
        return shownIds.Select(Find).OfType<GroqDocument>();
    }

    /// <summary>The ids of the stored documents that are looked at for ids that the query names.</summary>
    protected abstract IEnumerable<string> StoredIds(IEnumerable<string> ids);

    /// <summary>All documents in the order of the ids they are seen by; only those of some types, if given.</summary>
    protected abstract IEnumerable<GroqDocument> Scan(TypeTest? types);
}
