using System.Globalization;
using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Blobs;
using EventStore.Server.Datasets;
using EventStore.Server.Jobs;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Collections;

/// <summary>
/// Makes the files of an export in the background, for whoever asked for it and with the rights that he has then. Who
/// is interrupted begins anew: the files are there whole or not at all, and the same when they are made again.
/// </summary>
internal sealed class CollectionJob(
    CollectionExport export,
    CollectionExportSlots slots,
    DatasetCatalog catalog,
    TransactionReader transactions,
    TokenLookup tokens,
    IBlobStore blobs,
    TimeProvider clock) : IJobKind
{
    public const string KindName = "collection.export";

    /// <summary>How much of the work is done when the files are there, in percent.</summary>
    private const int FilesShare = 99;

    public string Name => KindName;

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var result = run.Step is { } step
            ? CollectionExportResult.FromJson(step)
            : await ExportAsync(run, cancellationToken);
        await run.CompleteAsync(
            string.Create(CultureInfo.InvariantCulture, $"Exported {result.Documents} documents"),
            null,
            cancellationToken);
    }

    public async Task AbandonAsync(Job job, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var folder = BlobExportSink.FolderOf(CollectionJobRequest.FromJson(job.Request).Dataset, job.Id);
        try
        {
            await foreach (var blob in blobs.ListAsync(folder, cancellationToken))
            {
                await blobs.DeleteAsync(blob.Key, cancellationToken);
            }
        }
        catch (BlobStoreException)
        {
            // Nobody has a link to what is left, and it goes after a day.
        }
    }

    private async Task<CollectionExportResult> ExportAsync(JobRun run, CancellationToken cancellationToken)
    {
        var request = CollectionJobRequest.FromJson(run.Job.Request);
        var order = request.Order;
        var opened = await OpenAsync(run.Job, request, order, cancellationToken);
        var sink = new BlobExportSink(blobs, BlobExportSink.FolderOf(request.Dataset, run.Job.Id));
        var progress = new CollectionProgress(
            run, order.Format, (await transactions.HeadAsync(opened.Dataset, cancellationToken)).Documents, clock);
        try
        {
            var result = await slots.RunInTurnAsync(
                () => progress.TellAsync(
                    stop => export.RunAsync(opened, request.Sequence, order, sink, progress, stop), cancellationToken),
                cancellationToken);
            await run.CommitAsync(FilesShare, "Exported", result.ToJson(), cancellationToken);
            return result;
        }
        catch (Exception exception) when (exception
            is CollectionRequestException or RowsChangedException or BlobStoreException or DescribedException)
        {
            throw new JobFailedException(exception.Message);
        }
    }

    /// <exception cref="JobFailedException">He may not any more, or the dataset is gone.</exception>
    private async Task<DatasetRequest> OpenAsync(
        Job job, CollectionJobRequest request, CollectionExportOrder order, CancellationToken cancellationToken)
    {
        var caller = await tokens.FindCallerAsync(job.Author, clock.GetUtcNow(), cancellationToken)
            ?? throw new JobFailedException("Who asked for the export has no token any more");
        var dataset = await catalog.FindAsync(job.ProjectId, request.DatasetName, cancellationToken);
        if (dataset?.Number != request.Dataset)
        {
            throw new JobFailedException($"Dataset \"{request.DatasetName}\" was deleted");
        }

        var access = AccessPolicy.Documents(caller, dataset);
        try
        {
            AccessPolicy.Require(
                caller,
                access,
                order.AsOf.IsNow ? DocumentPermissions.Read : DocumentPermissions.Read | DocumentPermissions.History);
        }
        catch (BoomException refusal)
        {
            throw new JobFailedException(refusal.Message);
        }

        return new(caller, dataset, order.AsOf.IsNow ? access : access.ToThePast());
    }
}
