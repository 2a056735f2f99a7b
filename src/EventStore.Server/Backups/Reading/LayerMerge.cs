using System.Runtime.CompilerServices;
using EventStore.Server.Backups.Format;

namespace EventStore.Server.Backups.Reading;

/// <summary>Reads layers side by side, as if they were one: of each document the newest says what it is.</summary>
internal static class LayerMerge
{
    /// <param name="layers">The lowest first.</param>
    /// <param name="after">Starts behind this id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async IAsyncEnumerable<DocumentEntry> ReadAsync(
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

            ReadOnlyMemory<byte> last = default;
            while (queue.TryDequeue(out var layer, out _))
            {
                var entry = open[layer].Current;
                if (!entry.Id.Span.SequenceEqual(last.Span))
                {
                    last = entry.Id;
                    if (!entry.IsDeletion)
                    {
                        yield return entry;
                    }
                }

                await AdvanceAsync(layer);
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

    /// <summary>By id; of one document the newest first.</summary>
    private static int Compare((ReadOnlyMemory<byte> Id, int Layer) one, (ReadOnlyMemory<byte> Id, int Layer) other)
    {
        var order = one.Id.Span.SequenceCompareTo(other.Id.Span);
        return order != 0 ? order : other.Layer.CompareTo(one.Layer);
    }
}
