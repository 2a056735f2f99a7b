using System.Runtime.CompilerServices;
using System.Text;
using EventStore.Server.Backups.Format;
using EventStore.Server.Blobs;

namespace EventStore.Server.Backups.Reading;

/// <summary>Reads the documents of one layer, of which it unpacks a chunk at a time.</summary>
internal sealed class LayerReader(DocumentLayer layer, BackupBlobs blobs, BackupCache cache)
{
    /// <summary>A document or its deletion; null when the layer says nothing of it.</summary>
    /// <exception cref="BackupDamagedException">The layer is damaged there.</exception>
    public async Task<DocumentEntry?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var at = FindPart(id);
        if (at == layer.Parts.Count || string.CompareOrdinal(layer.Parts[at].FirstId, id) > 0)
        {
            return null;
        }

        var part = layer.Parts[at];
        var key = Encoding.UTF8.GetBytes(id);
        var places = await IndexAsync(part, cancellationToken);
        var place = DocumentIndex.Find(places, key);
        if (place == places.Length)
        {
            return null;
        }

        var entries = await CachedChunkAsync(part, places[place], cancellationToken);
        var found = FindEntry(entries, key);
        return found < entries.Length && entries[found].Id.Span.SequenceEqual(key) ? entries[found] : null;
    }

    /// <summary>Everything behind an id, in order.</summary>
    /// <param name="after">The id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="BackupDamagedException">The layer is damaged.</exception>
    public async IAsyncEnumerable<DocumentEntry> ReadAsync(
        string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var key = after is null ? [] : Encoding.UTF8.GetBytes(after);
        for (var at = after is null ? 0 : FindPart(after); at < layer.Parts.Count; at++)
        {
            var part = layer.Parts[at];
            var places = await IndexAsync(part, cancellationToken);
            for (var place = DocumentIndex.Find(places, key); place < places.Length; place++)
            {
                // Where reading begins, another page has probably just ended.
                var entries = after is null
                    ? await ChunkAsync(part, places[place], cancellationToken)
                    : await CachedChunkAsync(part, places[place], cancellationToken);
                for (var entry = FindEntry(entries, key); entry < entries.Length; entry++)
                {
                    if (after is null || !entries[entry].Id.Span.SequenceEqual(key))
                    {
                        yield return entries[entry];
                    }
                }
            }
        }
    }

    /// <summary>The first part that may hold a document, or one behind it.</summary>
    private int FindPart(string id)
    {
        var (low, high) = (0, layer.Parts.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var isBefore = string.CompareOrdinal(layer.Parts[middle].LastId, id) < 0;
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The first entry that is the document, or one behind it.</summary>
    private static int FindEntry(DocumentEntry[] entries, ReadOnlySpan<byte> id)
    {
        var (low, high) = (0, entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = entries[middle].Id.Span.SequenceCompareTo(id) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private Task<ChunkPlace[]> IndexAsync(DocumentPart part, CancellationToken cancellationToken) => cache.GetAsync(
        $"{part.Key}#index",
        async () =>
        {
            var range = new BlobRange(part.Length - part.IndexLength, part.IndexLength);
            var index = await blobs.ReadAsync(
                BlobKey.Of(part.Key), range, Convert.FromHexString(part.IndexSha256), CancellationToken.None);
            return (DocumentIndex.Decode(index, part), (long)index.Length);
        },
        cancellationToken);

    private Task<DocumentEntry[]> CachedChunkAsync(
        DocumentPart part, ChunkPlace place, CancellationToken cancellationToken) => cache.GetAsync(
            $"{part.Key}#{place.Offset}",
            async () =>
            {
                var entries = await ChunkAsync(part, place, CancellationToken.None);
                return (entries, entries.Sum(entry => (long)entry.Id.Length + entry.Content.Length));
            },
            cancellationToken);

    private async Task<DocumentEntry[]> ChunkAsync(
        DocumentPart part, ChunkPlace place, CancellationToken cancellationToken)
    {
        var chunk = await blobs.ReadAsync(
            BlobKey.Of(part.Key), new(place.Offset, place.Length), place.Sha256, cancellationToken);
        return DocumentChunk.Decode(chunk);
    }
}
