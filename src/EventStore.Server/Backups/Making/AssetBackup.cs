using EventStore.Server.Assets;
using EventStore.Server.Backups.Format;
using EventStore.Server.Blobs;

namespace EventStore.Server.Backups.Making;

/// <summary>Copies the contents of assets that no backup has yet, and lists all.</summary>
internal sealed class AssetBackup(BackupPartStore parts, IBlobStore blobs)
{
    private const int Progress = 90;
    private const string Message = "Copying assets";

    public async Task<BackupStep> RunAsync(BackupWork work, BackupStep step, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> after = default;
        var source = work.Backup.Source;
        while (await parts.ListMissingAssetsAsync(source, after, cancellationToken) is { Count: > 0 } missing)
        {
            step = await CopyAsync(work, step, missing, cancellationToken);
            after = Convert.FromHexString(missing[^1].Sha1);
        }

        after = default;
        step = step with { AssetLists = [] };
        while (await parts.ListAssetsAsync(source, after, cancellationToken) is { Count: > 0 } assets)
        {
            step = await ListAsync(work, step, assets, cancellationToken);
            after = Convert.FromHexString(assets[^1].Sha1);
        }

        return step with { Phase = BackupStep.EndPhase };
    }

    private async Task<BackupStep> CopyAsync(
        BackupWork work, BackupStep step, IReadOnlyList<BackedUpAsset> missing, CancellationToken cancellationToken)
    {
        var copied = new List<BackedUpAsset>();
        var lost = new HashSet<string>(step.MissingAssets);
        foreach (var asset in missing)
        {
            var key = work.NewKey();
            var receipt = await BlobCopy.CopyAsync(
                blobs, AssetName.BlobOf(work.Backup.Source, asset.Sha1), BlobKey.Of(key), cancellationToken);
            if (receipt is null)
            {
                // A backup without it is worth more than none: it is named, and whoever looks is told.
                lost.Add(asset.Sha1);
                continue;
            }

            copied.Add(asset with { Key = key, Length = receipt.Length, Sha256 = receipt.Sha256 });
        }

        step = step with
        {
            MissingAssets = [.. lost.Order(StringComparer.Ordinal)],
            WrittenBytes = step.WrittenBytes + copied.Sum(asset => asset.Length),
        };
        await work.CommitAsync(
            Progress,
            Message,
            step,
            async connection =>
            {
                foreach (var asset in copied)
                {
                    await BackupPartStore.AddAsync(connection, work.Backup, asset, cancellationToken);
                }
            },
            cancellationToken);
        return step;
    }

    /// <summary>A list that is the same as before is taken over.</summary>
    private static async Task<BackupStep> ListAsync(
        BackupWork work, BackupStep step, IReadOnlyList<BackedUpAsset> assets, CancellationToken cancellationToken)
    {
        var content = AssetList.Encode(assets);
        var part = new AssetPart(
            work.NewKey(), content.Length, string.Empty, assets.Count, assets.Sum(asset => asset.Length));
        var sha256 = BackupWork.DigestOf(content);
        if (step.EarlierLists.FirstOrDefault(list => list.Sha256 == sha256) is { } same)
        {
            return step with { AssetLists = [.. step.AssetLists, same] };
        }

        return await work.KeepAsync(
            content,
            part.Key,
            Progress,
            Message,
            digest => step with { AssetLists = [.. step.AssetLists, part with { Sha256 = digest }] },
            cancellationToken);
    }
}
