using System.Runtime.CompilerServices;
using EventStore.Groq;
using EventStore.Server.Query.Attributes;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// One version of every document, that of the first layer which has one, under the id that it is or would be published
/// by; <c>_originalId</c> says which one it is. A version that announces the document's removal hides it.
/// </summary>
/// <param name="snapshot">Where the documents come from.</param>
/// <param name="readable">What the caller may read; what he may not is in no layer.</param>
/// <param name="scans">What earlier scans of this query have left.</param>
/// <param name="prefixes">What ids begin with in each layer, the first layer first.</param>
/// <param name="indexed">Finds documents without reading all of them.</param>
internal sealed class LayeredDataset(
    SnapshotReader snapshot,
    ReadableDocuments readable,
    ScanMemory scans,
    IReadOnlyList<string> prefixes,
    IndexedDataset indexed) : StoredDataset(snapshot, scans, indexed)
{
    private readonly ConditionalWeakTable<GroqDocument, GroqDocument> _shown = [];

    /// <inheritdoc/>
    public override bool HasOwnIds => false;

    /// <inheritdoc/>
    public override bool OnlyPublished => false;

    /// <inheritdoc/>
    public override GroqDocument? Find(string id)
    {
        if (!VersionIds.IsPublished(id))
        {
            return null;
        }

        foreach (var prefix in prefixes)
        {
            if (readable.Select(Snapshot.Find(prefix + id)) is { } document)
            {
                return Show(document, id);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string? ShownId(string storedId)
    {
        foreach (var prefix in prefixes)
        {
            if (prefix.Length == 0 ? VersionIds.IsPublished(storedId)
                : storedId.StartsWith(prefix, StringComparison.Ordinal))
            {
                return storedId[prefix.Length..];
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override void PrefetchStored(IReadOnlyCollection<string> storedIds) =>
        Prefetch([.. storedIds.Select(ShownId).OfType<string>().Distinct(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public override GroqDocument? Show(string storedId) =>
        ShownId(storedId) is { } id && Find(id) is { } document && VersionDocument.OriginalIdOf(document) == storedId
            ? document
            : null;

    protected override IEnumerable<string> StoredIds(IEnumerable<string> ids) =>
        ids.SelectMany(id => prefixes.Select(prefix => prefix + id));

    /// <summary>
    /// Goes through all layers side by side: each is sorted by the ids that its documents are published by.
    /// </summary>
    protected override IEnumerable<GroqDocument> Scan(TypeTest? types)
    {
        var layers = prefixes.Select(prefix => new Layer(Snapshot, readable, prefix)).ToList();
        try
        {
            layers.ForEach(layer => layer.MoveNext());
            while (layers.Select(layer => layer.Id).OfType<string>().Min(StringComparer.Ordinal) is { } id)
            {
                var document = layers.First(layer => layer.Id == id).Document;
                layers.Where(layer => layer.Id == id).ToList().ForEach(layer => layer.MoveNext());
                if (types?.Passes(document.Json.Span) != false && Show(document, id) is { } shown)
                {
                    yield return shown;
                }
            }
        }
        finally
        {
            layers.ForEach(layer => layer.Dispose());
        }
    }

    /// <summary>The document under the id it is published by; null when it stands for one that is to go.</summary>
    private GroqDocument? Show(GroqDocument document, string id)
    {
        if (VersionDocument.IsRemoval(document))
        {
            return null;
        }

        if (!_shown.TryGetValue(document, out var shown))
        {
            shown = VersionDocument.Under(document, id);
            _shown.Add(document, shown);
        }

        return shown;
    }

    /// <summary>A layer that is being read.</summary>
    private sealed class Layer(SnapshotReader snapshot, ReadableDocuments readable, string prefix) : IDisposable
    {
        private readonly IEnumerator<GroqDocument> _documents = Read(snapshot, readable, prefix).GetEnumerator();

        /// <summary>The id that the current document is published by; null at the end.</summary>
        public string? Id { get; private set; }

        public GroqDocument Document => _documents.Current;

        public void MoveNext() => Id = _documents.MoveNext() ? _documents.Current.Id![prefix.Length..] : null;

        public void Dispose() => _documents.Dispose();

        private static IEnumerable<GroqDocument> Read(
            SnapshotReader snapshot, ReadableDocuments readable, string prefix)
        {
            foreach (var page in snapshot.Scan(prefix.Length > 0 ? prefix : null, null))
            {
                foreach (var document in readable.Select(page))
                {
                    var id = document.Id!;
                    if (prefix.Length > 0 && !id.StartsWith(prefix, StringComparison.Ordinal))
                    {
                        yield break;
                    }

                    if (prefix.Length > 0 || VersionIds.IsPublished(id))
                    {
                        yield return document;
                    }
                }
            }
        }
    }
}
