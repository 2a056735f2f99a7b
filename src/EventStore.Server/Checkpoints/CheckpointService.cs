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
        var pausedUntil = clock.GetUtcNow();
        while (true)
        {
            var started = clock.GetTimestamp();
            try
            {
                await BuildAsync(isPausing: clock.GetUtcNow() < pausedUntil, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, reads do without checkpoints, and the next round takes up what was left.
                BuildFailed(logger, exception.GetType().Name, exception.Message);
            }

            // Readers and writers come first: while a dataset is being written, building takes only a share of the
            // time.
            var pause = clock.GetElapsedTime(started) * ServerLimits.CheckpointPauseFactor;
            if (clock.GetUtcNow() + pause > pausedUntil)
            {
                pausedUntil = clock.GetUtcNow() + pause;
            }

            await Task.Delay(ServerLimits.CheckpointInterval, clock, stoppingToken);
        }
    }

    /// <param name="isPausing">Whether only datasets at rest are served, which nobody writes to.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async Task BuildAsync(bool isPausing, CancellationToken cancellationToken)
    {
        foreach (var (projectId, name, number, sequence) in await catalog.ListHeadsAsync(cancellationToken))
        {
            // A dataset that has not changed since the last look is at rest.
            var look = _looks.GetValueOrDefault(number);
            var isAtRest = look.Sequence == sequence;
            if (isAtRest && look.IsRested)
            {
                continue;
            }

            if (isPausing && !isAtRest)
            {
                _looks[number] = new(sequence, IsBuilt: false, IsRested: false);
                continue;
            }

            if (await catalog.FindAsync(projectId, name, cancellationToken) is not { } dataset)
            {
                continue;
            }

            var built = isAtRest && look.IsBuilt ? 0 : await builder.BuildAsync(dataset, cancellationToken);
            if (isAtRest && built is not null)
            {
                built += await builder.BuildRestingAsync(dataset, sequence, cancellationToken);
            }

            if (built is not null)
            {
                _looks[number] = new(sequence, IsBuilt: true, isAtRest);
            }

            if (built > 0)
            {
                Built(logger, projectId, name, built.Value);
            }
        }
    }

    /// <summary>What became of a dataset at the last look.</summary>
    /// <param name="Sequence">The end of its log.</param>
    /// <param name="IsBuilt">Whether what was due was built.</param>
    /// <param name="IsRested">Whether it had been at rest, and what is worth having then was built, too.</param>
    private readonly record struct Look(long Sequence, bool IsBuilt, bool IsRested);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Project}/{Dataset}: {Count} checkpoints built")]
    private static partial void Built(ILogger logger, string project, string dataset, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkpoints could not be built: {Kind}: {Reason}")]
    private static partial void BuildFailed(ILogger logger, string kind, string reason);
}
