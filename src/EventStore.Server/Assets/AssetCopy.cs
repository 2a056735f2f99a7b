using EventStore.Log.Postgres;
using EventStore.Server.Blobs;
using EventStore.Server.Copies;
using EventStore.Server.Jobs;

namespace EventStore.Server.Assets;

/// <summary>
/// Brings the contents of assets along when a dataset is copied: all that the source keeps, whenever it was uploaded. A
/// content is remembered when it is kept, so an interrupted copy goes on with those that are not.
/// </summary>
internal sealed class AssetCopy(AssetStore store, IBlobStore blobs) : ICopiedContent
{
    private const int Progress = 97;

    public async Task CopyAsync(JobRun run, Dataset source, Dataset target, CancellationToken cancellationToken)
    {
        while (await store.ListMissingAsync(source, target, cancellationToken) is { Count: > 0 } digests)
        {
            foreach (var sha1 in digests)
            {
                await CopyAsync(source, target, sha1, cancellationToken);
                await run.CommitAsync(
                    Progress,
                    "Copying assets",
                    async connection =>
                    {
                        await AssetStore.CopyAsync(connection, source, target, sha1, cancellationToken);
                        return run.Step ?? [];
                    },
                    cancellationToken);
            }
        }
    }

    private async Task CopyAsync(Dataset source, Dataset target, string sha1, CancellationToken cancellationToken)
    {
        var (from, to) = (AssetName.BlobOf(source.Number, sha1), AssetName.BlobOf(target.Number, sha1));
        if (await BlobCopy.CopyAsync(blobs, from, to, cancellationToken) is null)
        {
            throw new JobFailedException($"The content {sha1} of an asset is missing from the blob store");
        }
    }
}
