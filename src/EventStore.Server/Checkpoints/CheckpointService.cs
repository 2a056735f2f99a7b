using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Checkpoints;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Checkpoints;

/// <summary>
/// Builds checkpoints in the background, for every dataset whose log has moved. Several servers on one database may run
/// it: one of them builds, the others pass on. Readers and writers come first: building takes only a share of the time,
/// one for datasets that are being written and one for those at rest, which so need not wait for the others. At rest,
/// too, the heads are settled that an import has left when it was broken off.
/// </summary>
internal sealed partial class CheckpointService(
    CheckpointBuilder builder,
    HeadSettler heads,
    DatasetCatalog catalog,
    TimeProvider clock,
    ILogger<CheckpointService> logger)
    : BackgroundService
{
    private readonly Dictionary<int, Look> _looks = [];
    private readonly BuildingShare _ofMoving = new(clock);
    private readonly BuildingShare _ofResting = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            _ofMoving.BeginRound();
            _ofResting.BeginRound();
            try
            {
                await BuildAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, reads do without checkpoints, and the next round takes up what was left.
                BuildFailed(logger, exception.GetType().Name, exception.Message);
            }

            await Task.Delay(ServerLimits.CheckpointInterval, clock, stoppingToken);
        }
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        foreach (var end in await catalog.ListEndsAsync(cancellationToken))
        {
            // A dataset that has not changed since the last look is at rest.
            var look = _looks.GetValueOrDefault(end.Number, new(0, false, false, clock.GetTimestamp()));
            var isAtRest = look.Sequence == end.Sequence;
            if (isAtRest && look.IsRested)
            {
                continue;
            }

            var share = isAtRest ? _ofResting : _ofMoving;
            if (share.IsUsedUp || (!isAtRest && end.IsUnsettled && !IsOverdue(look)))
            {
                _looks[end.Number] = look with
                {
                    Sequence = end.Sequence,
                    IsBuilt = isAtRest && look.IsBuilt,
                    IsRested = false,
                };
                continue;
            }

            using var use = share.Use();
            if (await catalog.FindAsync(end.ProjectId, end.Name, cancellationToken) is not { } dataset)
            {
                continue;
            }

            if (isAtRest && await heads.RunAsync(dataset, cancellationToken) is > 0 and var settled)
            {
                Settled(logger, end.ProjectId, end.Name, settled);
            }

            var built = isAtRest && look.IsBuilt ? 0 : await builder.BuildAsync(dataset, cancellationToken);
            if (isAtRest && built is not null)
            {
                built += await builder.BuildRestingAsync(dataset, end.Sequence, cancellationToken);
            }

            if (built is not null)
            {
                _looks[end.Number] = new(end.Sequence, IsBuilt: true, isAtRest, clock.GetTimestamp());
            }

            if (built > 0)
            {
                Built(logger, end.ProjectId, end.Name, built.Value);
            }
        }
    }

    /// <summary>
    /// A log that is being imported into is left alone: the same checkpoints are built when it rests, and until then
    /// they would take from the import what it needs. But one that is never at rest must not go without for ever.
    /// </summary>
    private bool IsOverdue(Look look) => clock.GetElapsedTime(look.BuiltAt) > ServerLimits.CheckpointBusyInterval;

    /// <summary>What became of a dataset at the last look.</summary>
    /// <param name="Sequence">The end of its log.</param>
    /// <param name="IsBuilt">Whether what was due was built.</param>
    /// <param name="IsRested">Whether it had been at rest, and what is worth having then was built, too.</param>
    /// <param name="BuiltAt">When what was due was built last, or the dataset first looked at.</param>
    private readonly record struct Look(long Sequence, bool IsBuilt, bool IsRested, long BuiltAt);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Project}/{Dataset}: {Count} checkpoints built")]
    private static partial void Built(ILogger logger, string project, string dataset, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Project}/{Dataset}: {Count} heads settled")]
    private static partial void Settled(ILogger logger, string project, string dataset, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkpoints could not be built: {Kind}: {Reason}")]
    private static partial void BuildFailed(ILogger logger, string kind, string reason);
}
