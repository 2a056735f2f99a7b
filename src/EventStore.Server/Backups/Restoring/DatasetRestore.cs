using EventStore.Log.Postgres.Copies;
using EventStore.Log.Transactions;
using EventStore.Server.Backups.Format;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Copies;
using EventStore.Server.Datasets;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Backups.Restoring;

/// <summary>
/// Restores a backup: into a dataset that nobody finds before it is complete, or into an existing one. Nothing is
/// written before every byte of the backup has been read and compared with its digest.
/// </summary>
internal sealed class DatasetRestore(
    NpgsqlDataSource dataSource,
    BackupStore store,
    BackupOpening opening,
    BackupBlobs blobs,
    RestoredLog log,
    RestoredChanges changes,
    DatasetErasure erasure,
    TimeProvider clock) : IJobKind
{
    public const string KindName = "dataset.restore";

    private const string CheckPhase = "check";
    private const int CheckShare = 10;

    public string Name => KindName;

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        try
        {
            await RestoreAsync(run, cancellationToken);
        }
        catch (BackupDamagedException exception)
        {
            throw new JobFailedException($"The backup is damaged: {exception.Message}");
        }
    }

    public async Task AbandonAsync(Job job, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await DatasetConstruction.AbandonAsync(connection, job.Id, clock.GetUtcNow(), cancellationToken);
        erasure.Wake();
    }

    private async Task RestoreAsync(JobRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var order = RestoreOrder.FromJson(job.Request);
        var backup = await store.FindAsync(job.ProjectId, order.Source, order.Backup, cancellationToken)
            ?? throw new JobFailedException($"Backup \"{order.Backup}\" was deleted");
        var archive = await opening.OpenAsync(backup, cancellationToken);
        await CheckAsync(run, archive, backup, cancellationToken);
        if (order.SyncTarget is { } number)
        {
            var existing = CopyRequest.Named(number, job.ProjectId, order.Target);
            await run.CompleteAsync(
                await changes.RunAsync(run, archive, order, existing, cancellationToken), null, cancellationToken);
            return;
        }

        var target = await DatasetConstruction.FindAsync(dataSource, job.Id, cancellationToken)
            ?? throw new JobFailedException($"Dataset \"{order.Target}\" was deleted while it was being made");
        var message = order.RestoresLog
            ? await log.RunAsync(run, archive, order, target, cancellationToken)
            : await changes.CreateAsync(run, archive, order, target, cancellationToken);
        await run.CompleteAsync(
            message,
            async connection =>
            {
                await DatasetConstruction.PublishAsync(connection, target, job.Id, cancellationToken);
                await RestoredSettings.ApplyAsync(
                    connection,
                    job,
                    archive.Manifest.Settings,
                    target,
                    isOwnName: order.Target == order.Source,
                    TransactionTime.Truncate(clock.GetUtcNow()),
                    cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Whoever goes on before this is done begins it anew.</summary>
    private async Task CheckAsync(
        JobRun run, BackupArchive archive, StoredBackup backup, CancellationToken cancellationToken)
    {
        if (run.Step is { } step && (string)step["phase"]! != CheckPhase)
        {
            return;
        }

        // The manifest may have been remembered from an earlier look.
        await blobs.CheckAsync(
            backup.Manifest,
            backup.ManifestLength,
            Convert.FromHexString(backup.ManifestSha256),
            default,
            cancellationToken);
        await foreach (var bytes in archive.CheckAsync(cancellationToken))
        {
            await run.CommitAsync(
                (int)(bytes * CheckShare / Math.Max(bytes, backup.Bytes)),
                "Checking the backup",
                new LogStep(CheckPhase, 0, 0).ToJson(),
                cancellationToken);
        }

        await run.CommitAsync(
            CheckShare, "Restoring", new LogStep(LogStep.Transactions, 0, 0).ToJson(), cancellationToken);
    }
}
