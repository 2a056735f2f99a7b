using System.Globalization;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Log.Transactions;
using EventStore.Server.Backups.Format;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Blobs;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Backups.Making;

/// <summary>
/// Makes a backup: takes over what the one before has, writes what it lacks, part by part, and at last the manifest,
/// which makes it one. The sequence was fixed when it was asked for, so it does not matter when each part is read.
/// </summary>
internal sealed class DatasetBackup(
    TransactionReader reader,
    StoredLogReader stored,
    BackupStore store,
    BackupOpening opening,
    LogBackup log,
    DocumentBackup documents,
    AssetBackup assets,
    BackedUpSettings settings,
    IBlobStore blobs,
    BackupBlobs earlierBlobs,
    BackupUpkeep upkeep) : IJobKind
{
    public const string KindName = "dataset.backup";

    public string Name => KindName;

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var backup = await store.FindOpenAsync(run.Job.Id, cancellationToken)
            ?? throw new JobFailedException("The backup was given up");
        var work = new BackupWork(run, backup, blobs);
        var step = run.Step is { } known
            ? BackupStep.Read(known)
            : await PlanAsync(work, cancellationToken);
        while (step.Phase != BackupStep.EndPhase)
        {
            step = step.Phase switch
            {
                BackupStep.LogPhase => await log.RunAsync(work, step, cancellationToken),
                BackupStep.DocumentsPhase => await documents.RunAsync(work, step, cancellationToken),
                _ => await assets.RunAsync(work, step, cancellationToken),
            };
        }

        await CompleteAsync(work, step, cancellationToken);
        upkeep.Wake(backup.Source);
    }

    public async Task AbandonAsync(Job job, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await BackupStore.AbandonAsync(connection, job.Id, cancellationToken);
        if (BackupRequest.FromJson(job.Request).IsScheduled)
        {
            await BackupSettingsStore.RetryAsync(connection, job, cancellationToken);
        }

        upkeep.Wake(null);
    }

    /// <summary>Decides what is taken over from the backup before, and records that it is named twice now.</summary>
    private async Task<BackupStep> PlanAsync(BackupWork work, CancellationToken cancellationToken)
    {
        var backup = work.Backup;
        var earlier = await FindEarlierAsync(backup, cancellationToken);
        var changed = earlier is null
            ? 0
            : await stored.CountChangedAsync(work.Dataset, earlier.Sequence, backup.Sequence, cancellationToken);
        var step = Plan(backup, earlier, changed);
        await work.CommitAsync(
            0,
            "Writing transactions",
            step,
            async connection =>
            {
                await BackupPartStore.LockAsync(connection, backup.Source, cancellationToken);
                var keys = KeysOf(step).ToHashSet();
                if (!await BackupPartStore.ShareAsync(connection, backup, keys, cancellationToken))
                {
                    // The backup before was deleted just now.
                    throw new FenceLostException(work.Run.Fence);
                }
            },
            cancellationToken);
        return step;
    }

    private static BackupStep Plan(StoredBackup backup, BackupManifest? earlier, long changed)
    {
        var layers = BackupPlan.KeepLayers(earlier?.Layers ?? [], changed);
        var below = layers is [.., var last] ? last : new(0, 0, 0, []);
        return new(BackupStep.LogPhase, BackupPlan.KeepLog(earlier?.Log ?? [], backup.Sequence), layers)
        {
            Layer = new(below.Sequence, backup.Sequence, below.Documents, []),
            EarlierLists = earlier?.AssetLists ?? [],
        };
    }

    /// <summary>
    /// A backup before that is damaged is not built upon: all is written anew then, from the dataset, so damage is
    /// found within a day and heals. Only the contents of assets are not read again, which may be many times as large.
    /// </summary>
    private async Task<BackupManifest?> FindEarlierAsync(StoredBackup backup, CancellationToken cancellationToken)
    {
        if (await store.FindLastAsync(backup.Source, cancellationToken) is not { } last)
        {
            return null;
        }

        try
        {
            var manifest = (await opening.OpenAsync(last, cancellationToken)).Manifest;
            foreach (var part in manifest.Parts)
            {
                await earlierBlobs.CheckAsync(
                    part.Key, part.Length, Convert.FromHexString(part.Sha256), default, cancellationToken);
            }

            return manifest.Sequence <= backup.Sequence ? manifest : null;
        }
        catch (BackupDamagedException)
        {
            return null;
        }
    }

    private async Task CompleteAsync(BackupWork work, BackupStep step, CancellationToken cancellationToken)
    {
        var backup = work.Backup;
        var manifest = new BackupManifest
        {
            Format = BackupManifest.FormatName,
            Version = BackupManifest.CurrentVersion,
            Id = backup.Id,
            ProjectId = backup.ProjectId,
            Dataset = backup.DatasetName,
            CreatedAt = backup.CreatedAt,
            Sequence = backup.Sequence,
            Revision = backup.Revision,
            Digest = step.Log is [.., var end] ? end.Digest : Convert.ToHexStringLower(TransactionDigest.Genesis.Span),
            Documents = step.Layers[^1].Documents,
            DocumentNumbers = step.Log is [.., var last] ? last.Documents : 0,
            Assets = step.AssetLists.Sum(list => (long)list.Entries),
            MissingAssets = step.MissingAssets,
            Settings = await settings.ReadAsync(backup, cancellationToken),
            Log = step.Log,
            Layers = step.Layers,
            AssetLists = step.AssetLists,
        };
        var (content, key) = (manifest.ToBytes(), work.NewKey());
        BackupManifest.Read(content);
        await work.PutAsync(key, content, cancellationToken);

        // What was read of a dataset that is being erased might be a part only.
        await reader.HeadAsync(work.Dataset, cancellationToken);
        var complete = backup with
        {
            Documents = manifest.Documents,
            Assets = manifest.Assets,
            Bytes = content.Length + manifest.Parts.Sum(part => part.Length)
                + manifest.AssetLists.Sum(list => list.ContentBytes),
            WrittenBytes = step.WrittenBytes + content.Length,
            Manifest = key,
            ManifestLength = content.Length,
            ManifestSha256 = BackupWork.DigestOf(content),
        };
        await work.Run.CompleteAsync(
            Describe(complete, manifest),
            async connection =>
            {
                await BackupPartStore.AddAsync(connection, backup, key, content.Length, cancellationToken);
                var named = manifest.Parts.Select(part => part.Key).Append(key).ToHashSet();
                await BackupPartStore.DropOthersAsync(connection, backup, named, cancellationToken);
                await BackupStore.CompleteAsync(connection, complete, cancellationToken);
            },
            cancellationToken);
    }

    private static IEnumerable<string> KeysOf(BackupStep step) => step.Log.Select(part => part.Key)
        .Concat(step.Layers.SelectMany(layer => layer.Parts).Select(part => part.Key))
        .Concat(step.EarlierLists.Select(part => part.Key));

    private static string Describe(StoredBackup backup, BackupManifest manifest)
    {
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"Backup {backup.Id}: {manifest.Sequence} transactions, {manifest.Documents} documents, {manifest.Assets} "
            + $"assets; {backup.WrittenBytes} of {backup.Bytes} bytes written");
        return manifest.MissingAssets.Count == 0
            ? message
            : message + $"; {manifest.MissingAssets.Count} contents of assets were missing from the blob store";
    }
}
