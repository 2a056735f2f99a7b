using EventStore.Groq;
using EventStore.Groq.Planning;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// All documents that the caller may read, as they are stored: the perspective <c>raw</c>, and <c>published</c> when
/// drafts and versions are left out.
/// </summary>
/// <param name="snapshot">Where the documents come from.</param>
/// <param name="readable">What the caller may read.</param>
/// <param name="scans">What earlier scans of this query have left.</param>
/// <param name="onlyPublished">Whether drafts and versions do not exist.</param>
internal sealed class RawDataset(
    SnapshotReader snapshot, ReadableDocuments readable, ScanMemory scans, bool onlyPublished) : IGroqDataset
{
    /// <inheritdoc/>
    public IEnumerable<GroqDocument> Read(GroqSource source)
    {
        if (IdConstraint.Find(source.Constraint) is { } ids)
        {
            snapshot.Trace.Read(source, "ids", ids.Count);
            return ReadByIds(ids);
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

    private IEnumerable<GroqDocument> ReadByIds(IReadOnlyList<string> ids)
    {
        foreach (var slice in ids.Chunk(ServerLimits.QueryLookupSlice))
        {
            snapshot.Fetch(slice);
            foreach (var id in slice)
            {
                if (Find(id) is { } document)
                {
                    yield return document;
                }
            }
        }
    }

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
