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
            return await threads.RunAsync(() => Evaluate(opened, query, view, output, limited.Token), limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw QueryFailure.TooLong(view.Time);
        }
    }

    private QueryRun Evaluate(
        DatasetRequest opened,
        GroqQuery query,
        QueryView view,
        IBufferWriter<byte> output,
        CancellationToken cancellationToken)
    {
        var trace = new QueryTrace();
        var snapshot = new SnapshotReader(
            opened.Dataset, view.Sequence, datasets, documents, trace, cancellationToken);
        var context = new GroqContext
        {
            Dataset = View(opened, query, view, snapshot),
            Now = clock.GetUtcNow(),
            Identity = opened.Caller.UserId,
            ProjectId = opened.Dataset.ProjectId,
            DatasetName = opened.Dataset.Name.Value,
            Limits = Bounds with { MaxResultBytes = view.ResultBytes },
            CancellationToken = cancellationToken,
        };
        var steps = query.Evaluate(context, output).Steps;
        return new(snapshot.Sequence, steps, trace);
    }

    private IGroqDataset View(DatasetRequest opened, GroqQuery query, QueryView view, SnapshotReader snapshot)
    {
        var readable = new ReadableDocuments(snapshot, opened.Access, screen, view.IsPast);
        var indexed = new IndexedDataset(new(index, attributes, snapshot), snapshot.Trace);
        var scans = new ScanMemory(query.Sources.Count > 1 || query.Sources.Any(source => source.IsDynamic));
        IGroqDataset dataset = view.Perspective.IsLayered
            ? new LayeredDataset(snapshot, readable, scans, view.Perspective.Prefixes, indexed)
            : new RawDataset(snapshot, readable, scans, view.Perspective == Perspective.Published, indexed);
        return query.FollowsReferences ? new ReferenceAhead(dataset) : dataset;
    }
}
