using System.IO.Pipelines;
using EventStore.Server.Blobs;

namespace EventStore.Server.Collections;

/// <summary>Puts exported files into the blob store. They are stored while they are made.</summary>
internal sealed class BlobExportSink(IBlobStore blobs, BlobKey folder) : IExportSink
{
    /// <summary>The folder of all exported files.</summary>
    public static readonly BlobKey Folder = BlobKey.Of("exports");

    private static readonly PipeOptions Buffering = new(
        pauseWriterThreshold: ServerLimits.CollectionPipeBytes,
        resumeWriterThreshold: ServerLimits.CollectionPipeBytes / 2,
        useSynchronizationContext: false);

    private readonly List<BlobKey> _stored = [];

    /// <summary>The folder of the files of a dataset.</summary>
    public static BlobKey FolderOf(int dataset) => BlobKey.Of($"{Folder}/{dataset}");

    /// <summary>The folder of the files of one export; a job that is begun anew writes the same ones again.</summary>
    public static BlobKey FolderOf(int dataset, string export) => BlobKey.Of($"{FolderOf(dataset)}/{export}");

    public async Task<ExportedFile> StoreAsync(
        string name,
        string contentType,
        Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken)
    {
        var key = BlobKey.Of($"{folder}/{name}");
        var pipe = new Pipe(Buffering);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var storing = StoreAsync(key, pipe.Reader, stop);
        try
        {
            var output = pipe.Writer.AsStream(leaveOpen: true);
            await write(output, stop.Token);
            await pipe.Writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            await pipe.Writer.CompleteAsync(exception);
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // The store has failed, and says why.
                await storing;
            }

            await storing.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }

        var receipt = await storing;
        _stored.Add(key);
        return new(key, name, contentType, receipt.Length);
    }

    public async Task DiscardAsync()
    {
        foreach (var key in _stored)
        {
            await blobs.DeleteAsync(key, CancellationToken.None);
        }
    }

    private async Task<BlobReceipt> StoreAsync(BlobKey key, PipeReader reader, CancellationTokenSource stop)
    {
        try
        {
            return await blobs.PutAsync(key, reader.AsStream(), stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }
}
