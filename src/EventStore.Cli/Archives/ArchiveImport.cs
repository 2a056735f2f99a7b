using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Archives;

/// <summary>
/// Brings an archive into a dataset: first all of it is unpacked and checked, then what assets are missing is uploaded,
/// then the documents that differ are written. So it can be repeated, and then does what is left.
/// </summary>
internal sealed class ArchiveImport(EventStoreConnection server, string dataset, ProgressDisplay display)
{
    /// <summary>Whether a file is taken for an archive: transactions are never called so.</summary>
    public static bool IsArchive(string path) =>
        path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase)
        || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="CommandFailure">The archive is damaged, or the server does not take its assets.</exception>
    public async Task<ArchiveImportResult> RunAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new CommandFailure($"there is no file {path}");
        }

        using var work = new WorkFolder();
        display.Report("unpacking", 0, null);
        var files = await ArchiveFiles.UnpackAsync(path, work, cancellation);
        using var documents = await ArchivedDocuments.ReadAsync(files, cancellation);
        var requests = new JsonRequests(server, dataset);
        var assets = files.Assets.ToList();
        var uploads = new AssetUploads(requests, files);
        await uploads.RunAsync(
            assets,
            done => display.Report($"{Quantity.Of(done, "asset")} of {assets.Count}", done, assets.Count),
            cancellation);

        var writes = new DocumentWrites(requests, documents, uploads.Ids);
        var (ordered, circular) = WriteOrder.Of(documents.All);
        await writes.WriteAsync(ordered, WritePhase.Whole, Report, cancellation);
        var different = await writes.FindDifferentAsync(circular, cancellation);
        await writes.WriteAsync(different, WritePhase.Weak, Report, cancellation);
        await writes.WriteAsync(different, WritePhase.Strong, Report, cancellation);
        return new(writes.Written, writes.Unchanged, uploads.Uploaded, assets.Count - uploads.Uploaded, writes.Refused);

        void Report()
        {
            var done = writes.Written + writes.Unchanged + writes.Refused.Count;
            display.Report($"{Quantity.Of(done, "document")} of {documents.All.Count}", done, documents.All.Count);
        }
    }
}
