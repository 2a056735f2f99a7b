using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Checkpoints;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Checkpoints;

/// <summary>
/// Builds checkpoints in the background, for every dataset whose log has moved. Several servers on one database may run
/// it: one of them builds, the others pass on.
/// </summary>
internal sealed partial class CheckpointService(
    CheckpointBuilder builder, DatasetCatalog catalog, TimeProvider clock, ILogger<CheckpointService> logger)
    : BackgroundService
{
    private readonly Dictionary<int, Look> _looks = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var started = clock.GetTimestamp();
            try
            {
                await BuildAsync(stoppingToken);
                if (clock.GetElapsedTime(started) >= ServerLimits.CheckpointInterval)
                {
                    // Long enough to see what is at rest.
                    await BuildAsync(stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, reads do without checkpoints, and the next round takes up what was left.
                BuildFailed(logger, exception.GetType().Name, exception.Message);
            }

            // Readers and writers come first: building takes only a share of the time.
            var pause = clock.GetElapsedTime(started) * ServerLimits.CheckpointPauseFactor;
            var shortest = ServerLimits.CheckpointInterval;
            await Task.Delay(pause > shortest ? pause : shortest, clock, stoppingToken);
        }
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        foreach (var (projectId, name, number, sequence) in await catalog.ListHeadsAsync(cancellationToken))
        {
            var look = _looks.GetValueOrDefault(number);
            var isNew = look.Sequence != sequence;
            if ((!isNew && look.IsRested) || await catalog.FindAsync(projectId, name, cancellationToken) is not { } dataset)
            {
                continue;
            }

            // A dataset that has not changed since the last look is at rest.
            var built = isNew
                ? await builder.BuildAsync(dataset, cancellationToken)
                : await builder.BuildRestingAsync(dataset, sequence, cancellationToken);
            if (built is not null)
            {
                _looks[number] = new(sequence, IsRested: !isNew);
            }

            if (built > 0)
            {
                Built(logger, projectId, name, built.Value);
            }
        }
    }

    /// <summary>What became of a dataset at the last look.</summary>
    /// <param name="Sequence">The end of its log.</param>
    /// <param name="IsRested">Whether it had been at rest.</param>
    private readonly record struct Look(long Sequence, bool IsRested);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Project}/{Dataset}: {Count} checkpoints built")]
    private static partial void Built(ILogger logger, string project, string dataset, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkpoints could not be built: {Kind}: {Reason}")]
    private static partial void BuildFailed(ILogger logger, string kind, string reason);
}
