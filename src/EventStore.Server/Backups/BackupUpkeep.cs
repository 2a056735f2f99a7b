using System.Collections.Concurrent;
using EventStore.Server.Blobs;
using EventStore.Server.Jobs;
using EventStore.Server.Wire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Backups;

/// <summary>
/// Has daily backups be made, deletes those that have outlived their time, removes blobs that no backup names, and
/// sweeps what killed servers left. Every server does it; the database decides who comes first.
/// </summary>
internal sealed partial class BackupUpkeep(
    BackupStore store,
    BackupPartStore parts,
    BackupSettingsStore settings,
    BackupOrders orders,
    JobStore jobs,
    IBlobStore blobs,
    TimeProvider clock,
    ILogger<BackupUpkeep> logger) : BackgroundService
{
    private const int KeysPerLookUp = 1000;

    private readonly ConcurrentQueue<int?> _toSweep = new();
    private volatile TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says that the job of a backup has ended, or that one was deleted.</summary>
    /// <param name="source">The dataset whose blobs are worth a look; null for all.</param>
    public void Wake(int? source)
    {
        _toSweep.Enqueue(source);
        _woken.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (sweptAt, expiredAt) = (clock.GetTimestamp(), 0L);
        _toSweep.Enqueue(null);
        while (!stoppingToken.IsCancellationRequested)
        {
            var isDue = _woken.Task.IsCompleted
                || expiredAt == 0
                || clock.GetElapsedTime(expiredAt) > ServerLimits.BackupExpiryInterval;

            // Renewed before the look, so that whatever happens after it ends the wait.
            _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await OrderDueAsync(stoppingToken);
                if (isDue)
                {
                    await ExpireAsync(stoppingToken);
                    expiredAt = clock.GetTimestamp();
                }

                if (clock.GetElapsedTime(sweptAt) > ServerLimits.BackupSweepInterval)
                {
                    _toSweep.Enqueue(null);
                    sweptAt = clock.GetTimestamp();
                }

                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, exception.Message);
            }

            await Task.WhenAny(_woken.Task, Task.Delay(ServerLimits.BackupUpkeepInterval, clock, stoppingToken));
        }
    }

    /// <summary>A time that passed while nobody was there is made up once: the next one is in the future.</summary>
    private async Task OrderDueAsync(CancellationToken stoppingToken)
    {
        var now = clock.GetUtcNow();
        foreach (var due in await settings.ListDueAsync(now, stoppingToken))
        {
            var (chosen, _) = await settings.ReadAsync(due.Dataset.Number, stoppingToken);
            try
            {
                await orders.OrderAsync(due.Dataset, due.Author, due, chosen.NextAfter(now), stoppingToken);
            }
            catch (Exception exception) when (exception is BoomException or Log.Postgres.DatasetNotFoundException)
            {
                // Too many jobs, or deleted just now: the next look will tell.
                Failed(logger, exception.Message);
            }
        }
    }

    private async Task ExpireAsync(CancellationToken stoppingToken)
    {
        foreach (var source in await parts.ListSourcesAsync(stoppingToken))
        {
            var (chosen, _) = await settings.ReadAsync(source, stoppingToken);
            var backups = await store.ListAsync(source, stoppingToken);
            foreach (var backup in Retention.Outlived(backups, chosen, clock.GetUtcNow()))
            {
                if (await store.DeleteAsync(backup.Number, stoppingToken))
                {
                    Expired(logger, backup.Id);
                    _toSweep.Enqueue(source);
                }
            }
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        var wanted = new HashSet<int?>();
        while (_toSweep.TryDequeue(out var next))
        {
            wanted.Add(next);
        }

        foreach (var source in wanted.Contains(null) ? [null] : wanted)
        {
            IEnumerable<int> known = source is { } one ? [one] : await parts.ListSourcesAsync(stoppingToken);
            foreach (var number in known)
            {
                while (await parts.RemoveUnusedAsync(number, RemoveAsync, stoppingToken) > 0)
                {
                }
            }

            if (!await SweepAsync(source is { } folder ? BackupKeys.FolderOf(folder) : BackupKeys.Root, stoppingToken))
            {
                _toSweep.Enqueue(source);
            }
        }

        await settings.ForgetAsync(stoppingToken);

        Task RemoveAsync(string key) => blobs.DeleteAsync(BlobKey.Of(key), stoppingToken);
    }

    /// <summary>Deletes blobs that are not recorded and whose job has ended: nobody will record them any
    /// more.</summary>
    /// <returns>False when there are blobs that are not recorded yet.</returns>
    private async Task<bool> SweepAsync(BlobKey folder, CancellationToken stoppingToken)
    {
        var isClean = true;
        var portion = new List<BlobKey>(KeysPerLookUp);
        await foreach (var blob in blobs.ListAsync(folder, stoppingToken))
        {
            portion.Add(blob.Key);
            if (portion.Count == KeysPerLookUp)
            {
                isClean &= await SweepAsync(portion, stoppingToken);
                portion.Clear();
            }
        }

        return await SweepAsync(portion, stoppingToken) && isClean;
    }

    private async Task<bool> SweepAsync(List<BlobKey> keys, CancellationToken stoppingToken)
    {
        // The state of the job is read before the records: a job that has ended will add none.
        var ended = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var job in keys.Select(BackupKeys.JobOf).OfType<string>().Distinct())
        {
            ended.Add(job, await jobs.FindAsync(job, null, stoppingToken) is not { } found
                || JobStates.IsEnd(found.State));
        }

        var known = await parts.FindKnownAsync([.. keys.Select(key => key.Value)], stoppingToken);
        var isClean = true;
        foreach (var key in keys.Where(key => !known.Contains(key.Value)))
        {
            if (BackupKeys.JobOf(key) is { } job && ended[job])
            {
                await blobs.DeleteAsync(key, stoppingToken);
            }
            else
            {
                isClean = false;
            }
        }

        return isClean;
    }

    [LoggerMessage(LogLevel.Information, "Backup {Id} has outlived its time and is deleted.")]
    private static partial void Expired(ILogger logger, string id);

    [LoggerMessage(LogLevel.Warning, "The upkeep of backups stopped and is tried again: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}
