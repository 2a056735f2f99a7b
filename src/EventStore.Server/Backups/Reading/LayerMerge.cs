using System.Runtime.CompilerServices;
using EventStore.Server.Backups.Format;

namespace EventStore.Server.Backups.Reading;

/// <summary>Reads layers side by side, as if they were one: what is said of a document counts from the newest that
/// tells all of it.</summary>
internal static class LayerMerge
{
    /// <param name="layers">The lowest first.</param>
    /// <param name="after">Starts behind this id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async IAsyncEnumerable<BackedUpDocument> ReadAsync(
        IReadOnlyList<LayerReader> layers,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new List<IAsyncEnumerator<DocumentEntry>>();
        var queue = new PriorityQueue<int, (ReadOnlyMemory<byte> Id, int Layer)>(Comparer<(ReadOnlyMemory<byte> Id, int
            Layer)>.Create(Compare));
        try
        {
            foreach (var layer in layers)
            {
                open.Add(layer.ReadAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken));
                await AdvanceAsync(open.Count - 1);
            }

            var said = new List<DocumentEntry>();
            while (queue.TryDequeue(out var layer, out _))
            {
                said.Add(open[layer].Current);
                await AdvanceAsync(layer);
                if (!queue.TryPeek(out _, out var next) || !next.Id.Span.SequenceEqual(said[0].Id.Span))
                {
                    if (Resolve(said) is { IsEmpty: false } document)
                    {
                        yield return new(said[0].Id, document);
                    }

                    said.Clear();
                }
            }
        }
        finally
        {
            foreach (var enumerator in open)
            {
                await enumerator.DisposeAsync();
            }
        }

        async Task AdvanceAsync(int layer)
        {
            if (await open[layer].MoveNextAsync())
            {
                queue.Enqueue(layer, (open[layer].Current.Id, layer));
            }
        }
    }

    /// <summary>A document by what the layers say of it, the newest first; empty when it does not exist.</summary>
    /// <exception cref="BackupDamagedException">They do not fit together.</exception>
    public static ReadOnlyMemory<byte> Resolve(IReadOnlyList<DocumentEntry> said)
    {
        var start = 0;
        while (start < said.Count && said[start].Kind == DocumentEntryKind.Patch)
        {
            start++;
        }

        var document = start < said.Count ? said[start].Content : default;
        while (start-- > 0)
        {
            document = said[start].Resolve(document);
        }

        return document;
    }

    /// <summary>By id; of one document the newest first.</summary>
    private static int Compare((ReadOnlyMemory<byte> Id, int Layer) one, (ReadOnlyMemory<byte> Id, int Layer) other)
    {
        var order = one.Id.Span.SequenceCompareTo(other.Id.Span);
        return order != 0 ? order : other.Layer.CompareTo(one.Layer);
    }
}
