using EventStore.Groq;
using EventStore.Groq.Planning;
using EventStore.Server.Query.Attributes;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// What every view of a pinned dataset has in common: the way on which documents are found. Ids are looked up; else the
/// index is asked; else the dataset is read whole, once if the query asks for it several times.
/// </summary>
/// <param name="trace">Where it says which way was taken.</param>
/// <param name="scans">What earlier scans of this query have left.</param>
/// <param name="indexed">Finds documents without reading all of them.</param>
internal abstract class StoredDataset(QueryTrace trace, ScanMemory scans, IndexedDataset indexed)
    : IGroqDataset, IStoredDocuments
{
    /// <inheritdoc/>
    public abstract bool HasOwnIds { get; }

    /// <inheritdoc/>
    public abstract bool OnlyPublished { get; }

    /// <inheritdoc/>
    public IEnumerable<GroqDocument> Read(GroqSource source)
    {
        if (IdConstraint.Find(source.Constraint) is { } ids)
        {
            trace.Read(source, "ids", ids.Count);
            return ids.Chunk(ServerLimits.QueryLookupSlice).SelectMany(FindAll);
        }

        if (indexed.TryRead(source, this, out var found))
        {
            return found;
        }

        if (scans.TryRead(() => Scan(null), out var kept))
        {
            trace.Read(source, "memory", kept.Count);
            return kept;
        }

        trace.Read(source, "scan");
        return Scan(TypeTest.Of(source.Constraint));
    }

    /// <inheritdoc/>
    public abstract GroqDocument? Find(string id);

    /// <inheritdoc/>
    public abstract void Prefetch(IReadOnlyCollection<string> ids);

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

    /// <summary>All documents in the order of the ids they are seen by; only those of some types, if given.</summary>
    protected abstract IEnumerable<GroqDocument> Scan(TypeTest? types);
}
