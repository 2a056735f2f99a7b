using EventStore.Groq;
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
    IndexedDataset indexed) : StoredDataset(snapshot, scans, indexed)
{
    /// <inheritdoc/>
    public override bool HasOwnIds => true;

    /// <inheritdoc/>
    public override bool OnlyPublished => onlyPublished;

    /// <inheritdoc/>
    public override GroqDocument? Find(string id) =>
        onlyPublished && !VersionIds.IsPublished(id) ? null : readable.Select(Snapshot.Find(id));

    /// <inheritdoc/>
    public override string? ShownId(string storedId) =>
        onlyPublished && !VersionIds.IsPublished(storedId) ? null : storedId;

    /// <inheritdoc/>
    public override void PrefetchStored(IReadOnlyCollection<string> storedIds) => Snapshot.Fetch(storedIds);

    /// <inheritdoc/>
    public override GroqDocument? Show(string storedId) => Find(storedId);

    protected override IEnumerable<string> StoredIds(IEnumerable<string> ids) => ids;

    protected override IEnumerable<GroqDocument> Scan(TypeTest? types)
    {
        foreach (var page in Snapshot.Scan(null, types))
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
