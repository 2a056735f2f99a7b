using EventStore.Log.Postgres;
using EventStore.Server.Assets;
using EventStore.Server.Blobs;
using EventStore.Server.Collections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Datasets;

/// <summary>
/// Erases deleted datasets in the background. What there is to do is in the database, so a server that was stopped goes
/// on where it was, and any other may take over.
/// </summary>
internal sealed partial class DatasetErasure(
    DatasetEraser eraser, IBlobStore blobs, TimeProvider clock, ILogger<DatasetErasure> logger)
    : BackgroundService
{
    private volatile TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says that a dataset was deleted.</summary>
    public void Wake() => _woken.TrySetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Renewed before the look, so that whatever is deleted after it ends the wait.
            _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await EraseAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, exception.Message);
            }

            await Task.WhenAny(_woken.Task, Task.Delay(ServerLimits.ErasureInterval, clock, stoppingToken));
        }
    }

    private async Task EraseAsync(CancellationToken stoppingToken)
    {
        foreach (var number in await eraser.ListAsync(stoppingToken))
        {
            var began = clock.GetTimestamp();

            // Before the rows: the last of them is what says that there is something to erase.
            foreach (var folder in (BlobKey[])[AssetName.FolderOf(number), BlobExportSink.FolderOf(number)])
            {
                await foreach (var blob in blobs.ListAsync(folder, stoppingToken))
                {
                    await blobs.DeleteAsync(blob.Key, stoppingToken);
                }
            }

            if (await eraser.EraseAsync(number, stoppingToken))
            {
                Erased(logger, number, clock.GetElapsedTime(began).TotalSeconds);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Deleted dataset {Number} is erased ({Seconds:F1} s).")]
    private static partial void Erased(ILogger logger, int number, double seconds);

    [LoggerMessage(LogLevel.Warning, "Erasing deleted datasets stopped and is tried again: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}
