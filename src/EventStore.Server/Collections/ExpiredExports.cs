using EventStore.Server.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Collections;

/// <summary>Deletes exported files that no link leads to any more.</summary>
internal sealed partial class ExpiredExports(IBlobStore blobs, TimeProvider clock, ILogger<ExpiredExports> logger)
    : BackgroundService
{
    /// <summary>Deletes those that are too old.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var oldest = clock.GetUtcNow() - ServerLimits.ExportedFileLifetime;
        await foreach (var blob in blobs.ListAsync(BlobExportSink.Folder, cancellationToken))
        {
            if (blob.ModifiedAt < oldest)
            {
                await blobs.DeleteAsync(blob.Key, cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(ServerLimits.ExportSweepInterval, clock, stoppingToken);
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (BlobStoreException exception)
            {
                Failed(logger, exception.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Deleting old exports stopped and is tried again: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}
