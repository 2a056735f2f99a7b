using System.Buffers;
using EventStore.Groq;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Attributes;
using EventStore.Server.Auth;
using EventStore.Server.Datasets;
using EventStore.Server.Query.Attributes;
using EventStore.Server.Query.Datasets;
using EventStore.Server.Wire;

namespace EventStore.Server.Query;

/// <summary>Evaluates queries on a dataset as of one sequence, within bounds of time, work and memory.</summary>
internal sealed class QueryRunner(
    DatasetReader datasets,
    DocumentReader documents,
    AttributeIndex index,
    AttributeService attributes,
    DocumentScreen screen,
    QueryThreads threads,
    TimeProvider clock)
{
    /// <summary>The bounds of a query whose result is sent.</summary>
    public static readonly GroqLimits Bounds = new()
    {
        MaxSteps = ServerLimits.QuerySteps,
        MaxMemoryBytes = ServerLimits.QueryMemoryBytes,
        MaxResultBytes = ServerLimits.QueryResultBytes,
        CountDocuments = true,
    };

    /// <summary>Those of a query that is evaluated without a thread of its own.</summary>
    private static readonly GroqLimits SmallBounds = Bounds with
    {
        MaxSteps = ServerLimits.QueryStepsAtOnce,
        MaxMemoryBytes = ServerLimits.QueryMemoryBytesAtOnce,
        MaxResultBytes = ServerLimits.QueryResultBytesAtOnce,
    };

    private int _atOnce;

    /// <summary>Evaluates a query when there is a thread for it.</summary>
    /// <param name="opened">Who asks for which dataset; nothing that he may not read is seen by the query.</param>
    /// <param name="query">The query.</param>
    /// <param name="view">What of the dataset the query sees.</param>
    /// <param name="output">Where the result goes. When this fails it may hold a part of it.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="GroqEvaluationException">The query met a bound.</exception>
    /// <exception cref="DescribedException">It took too long, or the server has too much to do.</exception>
    public async Task<QueryRun> RunAsync(
        DatasetRequest opened,
        GroqQuery query,
        QueryView view,
        IBufferWriter<byte> output,
        CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(),
            limited,
            view.Time,
            Timeout.InfiniteTimeSpan);
        try
        {
            var now = clock.GetUtcNow();
            return await TryRunAtOnceAsync(opened, query, view, now, output, limited.Token)
                ?? await threads.RunAsync(
                    () => Evaluate(opened, query, view, now, output, QueryReads.Blocking(), Bounds, limited.Token),
                    limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw QueryFailure.TooLong(view.Time);
        }
    }

    /// <summary>
    /// Most queries read little and once or twice: to wait for a thread, and on it for reads, would take several times
    /// as long as they do. They are evaluated where their request is, as long as they stay within small bounds.
    /// </summary>
    /// <returns>Null when the query takes a thread of its own; then nothing is written.</returns>
    private async Task<QueryRun?> TryRunAtOnceAsync(
        DatasetRequest opened,
        GroqQuery query,
        QueryView view,
        DateTimeOffset now,
        IBufferWriter<byte> output,
        CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _atOnce) > ServerLimits.QueriesAtOnce)
        {
            Interlocked.Decrement(ref _atOnce);
            return null;
        }

        try
        {
            var (memory, result) = (new ReadMemory(), new ArrayBufferWriter<byte>());
            if (query.Sources is [{ IsDynamic: false } source])
            {
                var first = Snapshot(opened, view, QueryReads.Repeating(memory), new(), cancellationToken);
                await View(opened, query, view, first).ForeseeAsync(source);
            }

            for (var reads = 0; reads <= ServerLimits.QueryReadsAtOnce; reads++)
            {
                try
                {
                    var again = QueryReads.Repeating(memory);
                    var run = Evaluate(opened, query, view, now, result, again, SmallBounds, cancellationToken);
                    output.Write(result.WrittenSpan);
                    return run;
                }
                catch (ReadAheadException ahead)
                {
                    result.ResetWrittenCount();
                    if (ahead.Read is null)
                    {
                        return null;
                    }

                    await ahead.Read;
                }
                catch (GroqEvaluationException)
                {
                    // A small bound was met, or what any bound would say is said once more.
                    return null;
                }
            }

            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    private QueryRun Evaluate(
        DatasetRequest opened,
        GroqQuery query,
        QueryView view,
        DateTimeOffset now,
        IBufferWriter<byte> output,
        QueryReads reads,
        GroqLimits bounds,
        CancellationToken cancellationToken)
    {
        var trace = new QueryTrace();
        var snapshot = Snapshot(opened, view, reads, trace, cancellationToken);
        var dataset = View(opened, query, view, snapshot);
        var context = new GroqContext
        {
            Dataset = query.FollowsReferences ? new ReferenceAhead(dataset) : dataset,
            Now = now,
            Identity = opened.Caller.UserId,
            ProjectId = opened.Dataset.ProjectId,
            DatasetName = opened.Dataset.Name.Value,
            Limits = bounds with { MaxResultBytes = Math.Min(bounds.MaxResultBytes, view.ResultBytes) },
            CancellationToken = cancellationToken,
        };
        var steps = query.Evaluate(context, output).Steps;
        return new(snapshot.Sequence, steps, trace);
    }

    private SnapshotReader Snapshot(
        DatasetRequest opened,
        QueryView view,
        QueryReads reads,
        QueryTrace trace,
        CancellationToken cancellationToken) =>
        new(opened.Dataset, view.Sequence, datasets, documents, reads, trace, cancellationToken);

    private StoredDataset View(DatasetRequest opened, GroqQuery query, QueryView view, SnapshotReader snapshot)
    {
        var readable = new ReadableDocuments(snapshot, opened.Access, screen, view.IsPast);
        var indexed = new IndexedDataset(new(index, attributes, snapshot), snapshot.Trace);
        var scans = new ScanMemory(query.Sources.Count > 1 || query.Sources.Any(source => source.IsDynamic));
        return view.Perspective.IsLayered
            ? new LayeredDataset(snapshot, readable, scans, view.Perspective.Prefixes, indexed)
            : new RawDataset(snapshot, readable, scans, view.Perspective == Perspective.Published, indexed);
    }
}
