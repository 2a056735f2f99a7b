using System.Globalization;
using System.Text.Json.Nodes;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Server.Activity;
using EventStore.Server.Backups.Making;
using EventStore.Server.Jobs;

namespace EventStore.Server.Backups;

/// <summary>Has backups be made.</summary>
internal sealed class BackupOrders(StoredLogReader log, ActivityLog activity, JobQueue queue)
{
    /// <summary>Asks for a backup of a dataset as it is now.</summary>
    /// <param name="dataset">Of what.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="due">The daily backup that it is, if it is one.</param>
    /// <param name="next">When the next daily one is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What will be there when its job is done; null when another one is being made, or another server has
    /// asked for it.</returns>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<StoredBackup?> OrderAsync(
        Dataset dataset, string author, DueBackup? due, DateTimeOffset next, CancellationToken cancellationToken)
    {
        var (sequence, revision) = await log.EndAsync(dataset, cancellationToken);
        await using var change = await activity.BeginAsync(cancellationToken);
        var id = string.Create(CultureInfo.InvariantCulture, $"{change.Now.UtcDateTime:yyyy-MM-dd}-{Guid.NewGuid()}");
        var backup = new StoredBackup(
            0, id, dataset.ProjectId, dataset.Name.Value, dataset.Number, sequence, revision, change.Now)
        {
            Job = JobQueue.NewId(),
            Author = author,
        };
        if ((due is not null && !await BackupSettingsStore.MoveAsync(change, due, next, cancellationToken))
            || !await BackupStore.InsertAsync(change, backup, cancellationToken))
        {
            return null;
        }

        var request = new BackupRequest(id, sequence, due is not null);
        var job = new Job(
            backup.Job, DatasetBackup.KindName, dataset.ProjectId, dataset.Name.Value, author, request.ToJson());
        var details = new JsonObject
        {
            ["backup"] = id,
            ["sequence"] = sequence,
            ["scheduled"] = due is not null,
            ["jobId"] = job.Id,
        };
        change.Record(new(dataset.ProjectId, author, "backup.create", dataset.Name.Value, details));
        await queue.CommitAsync(change, job, cancellationToken);
        return backup;
    }
}
