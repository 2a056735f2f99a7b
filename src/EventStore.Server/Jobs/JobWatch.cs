using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Jobs;

/// <summary>
/// Finds jobs that nobody is at, because their server died, slept or never came to schedule them, and has them run
/// again; forgets those that have ended long ago. Every server does it: finding a job twice does no harm.
/// </summary>
internal sealed partial class JobWatch(
    JobStore store, JobScheduler scheduler, TimeProvider clock, ILogger<JobWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var fence in await store.ListLeftAsync(stoppingToken))
                {
                    await scheduler.ScheduleAsync(fence, stoppingToken);
                }

                await store.ForgetAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, exception.Message);
            }

            await Task.Delay(ServerLimits.JobWatchInterval, clock, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Looking for jobs that were left failed and is tried again: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}
