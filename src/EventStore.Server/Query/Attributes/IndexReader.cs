using System.Globalization;
using System.Text;
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
    private const string LayoutQuestion = "layout";

    /// <summary>What is indexed; null when nothing can be used.</summary>
    public AttributeLayout? Layout() =>
        snapshot.Reads.Wait(LayoutAsync, () => LayoutQuestion);

    /// <summary>Reads before the evaluation what it will ask for first.</summary>
    /// <param name="first">The first read of the index for a layout; null when it will not be read.</param>
    public async Task ForeseeAsync(Func<AttributeLayout, AttributeRequest?> first)
    {
        var layout = await snapshot.Reads.ForeseeAsync(LayoutAsync, () => LayoutQuestion);
        if (layout is not null && first(layout) is { } request)
        {
            await snapshot.Reads.ForeseeAsync(() => ReadAsync(layout, request), () => Question(request));
        }
    }

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
        var answer = snapshot.Reads.Wait(() => ReadAsync(layout, request), () => Question(request))
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

    private string Question(AttributeRequest request)
    {
        var question = new StringBuilder(256);
        question.Append(CultureInfo.InvariantCulture, $"index {snapshot.Pinned} ");
        question.Append(CultureInfo.InvariantCulture, $"{request.Limit} {request.TotalLimit} {request.TailLimit} ");
        question.Append(CultureInfo.InvariantCulture, $"{request.Descending} {request.WithDocuments}");
        foreach (var (from, to) in request.Ranges)
        {
            question.Append(' ').Append(Convert.ToHexString(from)).Append('-').Append(Convert.ToHexString(to));
        }

        return question.ToString();
    }

    private ValueTask<AttributeLayout?> LayoutAsync() =>
        index.LayoutAsync(snapshot.Dataset, snapshot.CancellationToken);

    private ValueTask<AttributeAnswer?> ReadAsync(AttributeLayout layout, AttributeRequest request) =>
        new(index.ReadAsync(
            snapshot.Dataset, layout, request with { AsOf = snapshot.Pinned }, snapshot.CancellationToken));
}
