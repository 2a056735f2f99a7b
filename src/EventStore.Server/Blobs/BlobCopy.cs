using System.IO.Pipelines;

namespace EventStore.Server.Blobs;

/// <summary>Copies blobs within a store, in the memory of a few buffers.</summary>
internal static class BlobCopy
{
    /// <summary>Copies a blob to another key.</summary>
    /// <returns>What was kept; null when the source is not there.</returns>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    public static async Task<BlobReceipt?> CopyAsync(
        IBlobStore blobs, BlobKey source, BlobKey target, CancellationToken cancellationToken)
    {
        await using var blob = await blobs.OpenAsync(source, null, cancellationToken);
        if (blob is null)
        {
            return null;
        }

        var pipe = new Pipe();
        var reading = ReadAsync(blob, pipe.Writer, cancellationToken);
        try
        {
            await using var content = pipe.Reader.AsStream();
            return await blobs.PutAsync(target, content, cancellationToken);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await reading;
        }
    }

    /// <summary>What goes wrong here goes wrong for whoever reads the pipe, too.</summary>
    private static async Task ReadAsync(Blob blob, PipeWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            await blob.CopyToAsync(writer.AsStream(leaveOpen: true), cancellationToken);
            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            await writer.CompleteAsync(exception);
        }
    }
}
