using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Assets;
using EventStore.Server.Backups.Format;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Blobs;
using EventStore.Server.Jobs;

namespace EventStore.Server.Backups.Restoring;

/// <summary>
/// Puts contents of assets back. A content is remembered when it is kept, so an interrupted restore goes on with those
/// that are not.
/// </summary>
internal sealed class RestoredAssets(AssetStore store, IBlobStore blobs)
{
    private const string TypePrefix = "sanity.";

    /// <summary>Puts all contents back.</summary>
    public async Task CopyAllAsync(
        JobRun run, BackupArchive archive, Dataset target, int progress, CancellationToken cancellationToken)
    {
        await foreach (var asset in archive.ReadAssetsAsync(cancellationToken))
        {
            await CopyAsync(run, asset, target, progress, cancellationToken);
        }
    }

    /// <summary>Puts the content back that a document is about, if it is about one and the backup has it.</summary>
    public async Task CopyOfAsync(
        JobRun run,
        BackupArchive archive,
        ReadOnlyMemory<byte> document,
        Dataset target,
        int progress,
        CancellationToken cancellationToken)
    {
        if (DocumentContent.Type(document.Span)?.StartsWith(TypePrefix, StringComparison.Ordinal) == true
            && DocumentContent.ReadString(document.Span, "sha1hash"u8) is { } sha1
            && (await archive.AssetsAsync(cancellationToken)).TryGetValue(sha1, out var asset))
        {
            await CopyAsync(run, asset, target, progress, cancellationToken);
        }
    }

    private async Task CopyAsync(
        JobRun run, BackedUpAsset asset, Dataset target, int progress, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(target, asset.Sha1, cancellationToken) is not null)
        {
            return;
        }

        var receipt = await BlobCopy.CopyAsync(
            blobs, BlobKey.Of(asset.Key), AssetName.BlobOf(target.Number, asset.Sha1), cancellationToken);
        if (receipt is null || !receipt.Sha256.Span.SequenceEqual(asset.Sha256.Span))
        {
            throw new BackupDamagedException($"The content {asset.Sha1} of an asset is not what it was");
        }

        await run.CommitAsync(
            progress,
            "Restoring assets",
            async connection =>
            {
                await AssetStore.AddAsync(
                    connection, target, asset.Sha1, asset.Md5, asset.Length, cancellationToken);
                return run.Step is { } step ? (JsonObject)step.DeepClone() : [];
            },
            cancellationToken);
    }
}
