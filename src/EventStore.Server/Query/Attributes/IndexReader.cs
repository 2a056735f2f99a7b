using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Projections.Attributes;
using EventStore.Server.Query.Datasets;

namespace EventStore.Server.Query.Attributes;

/// <summary>
/// Reads a dataset's attribute index for one query, as of the sequence that the query is pinned to; the first read may
/// be the one that pins it.
/// </summary>
internal sealed class IndexReader(AttributeIndex index, AttributeService service, SnapshotReader snapshot)
{
    /// <summary>What is indexed; null when nothing can be used.</summary>
    public AttributeLayout? Layout() =>
        snapshot.Reads.Wait(() => index.LayoutAsync(snapshot.Dataset, snapshot.CancellationToken));

    /// <summary>Says which paths the query has or would have used.</summary>
    public void Ask(AttributeLayout layout, IEnumerable<AttributePath> paths)
    {
        foreach (var path in paths)
        {
            // What is built in is never dropped.
            if (layout.PathNumber(path) is not { } number || number >= AttributeKeys.FirstAskedPath)
            {
                service.Ask(snapshot.Dataset, path);
            }
        }
    }

    /// <summary>Reads ranges of the index.</summary>
    /// <exception cref="IndexChangedException">The layout is of the past, or the index lags too much.</exception>
    public AttributeAnswer Read(AttributeLayout layout, AttributeRequest request)
    {
        snapshot.CancellationToken.ThrowIfCancellationRequested();
        var answer = snapshot.Reads.Wait(() => new ValueTask<AttributeAnswer?>(index.ReadAsync(
            snapshot.Dataset, layout, request with { AsOf = snapshot.Pinned }, snapshot.CancellationToken)))
            ?? throw new IndexChangedException(lags: false);
        snapshot.Pin(answer.Head);
        snapshot.Keep(answer.Entries.Concat(answer.Tail).Select(candidate => candidate.Snapshot));
        if (!answer.TailIsCut)
        {
            return answer;
        }

        service.Wake();
        throw new IndexChangedException(lags: true);
    }
}
