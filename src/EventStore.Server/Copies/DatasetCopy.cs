using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Server.Datasets;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Copies;

/// <summary>
/// Copies a dataset, with its history or without, into one that nobody finds before it is complete; or makes an
/// existing one equal to it.
/// </summary>
internal sealed class DatasetCopy(
    NpgsqlDataSource dataSource,
    TransactionReader reader,
    CopiedLog log,
    CopiedDocuments documents,
    Synchronisation synchronisation,
    IEnumerable<ICopiedContent> contents,
    DatasetErasure erasure,
    TimeProvider clock) : IJobKind
{
    public const string KindName = "dataset.copy";

    public string Name => KindName;

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var request = CopyRequest.FromJson(job.Request);
        var source = CopyRequest.Named(request.Source, job.ProjectId, request.SourceName);
        if (request.SyncTarget is { } number)
        {
            var existing = CopyRequest.Named(number, job.ProjectId, request.TargetName);
            await CopyContentsAsync(run, source, existing, cancellationToken);
            await synchronisation.RunAsync(run, request, source, existing, cancellationToken);
            return;
        }

        var target = await DatasetConstruction.FindAsync(dataSource, job.Id, cancellationToken)
            ?? throw new JobFailedException($"Dataset \"{request.TargetName}\" was deleted while it was being made");
        var message = request.SkipHistory
            ? await documents.RunAsync(run, request, source, target, cancellationToken)
            : await log.RunAsync(run, request, source, target, cancellationToken);
        await CopyContentsAsync(run, source, target, cancellationToken);

        // What was read of a dataset that is being erased might be a part only.
        await reader.HeadAsync(source, cancellationToken);
        await run.CompleteAsync(
            message,
            connection => DatasetConstruction.PublishAsync(connection, target, job.Id, cancellationToken),
            cancellationToken);
    }

    public async Task AbandonAsync(Job job, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await DatasetConstruction.AbandonAsync(connection, job.Id, clock.GetUtcNow(), cancellationToken);
        erasure.Wake();
    }

    private async Task CopyContentsAsync(
        JobRun run, Dataset source, Dataset target, CancellationToken cancellationToken)
    {
        foreach (var content in contents)
        {
            await content.CopyAsync(run, source, target, cancellationToken);
        }
    }
}
