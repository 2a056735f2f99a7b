using System.Collections.Concurrent;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Projections.Attributes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Query.Attributes;

/// <summary>
/// Lets the attribute indexes follow their logs in the background, and has the paths built that queries have missed.
/// Several servers on one database may run it: for each dataset one of them works, the others pass on.
/// </summary>
internal sealed partial class AttributeService(
    AttributeIndexer indexer, DatasetCatalog catalog, TimeProvider clock, ILogger<AttributeService> logger)
    : BackgroundService
{
    private readonly ConcurrentDictionary<(int Dataset, AttributePath Path), DateTimeOffset> _asked = new();
    private readonly ConcurrentDictionary<Dataset, ConcurrentDictionary<AttributePath, bool>> _pending = new();
    private readonly Dictionary<int, Look> _looks = [];
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Says that a query would have gained, or has, from an index of a path.</summary>
    public void Ask(Dataset dataset, AttributePath path)
    {
        var now = clock.GetUtcNow();
        var place = (dataset.Number, path);
        if (_asked.TryGetValue(place, out var last) && now - last < ServerLimits.AttributeAskInterval)
        {
            return;
        }

        if (_asked.Count >= ServerLimits.RememberedAttributes)
        {
            _asked.Clear();
        }

        _asked[place] = now;
        var pending = _pending.GetOrAdd(dataset, _ => new());
        if (pending.Count < ServerLimits.RememberedAttributes)
        {
            pending[path] = true;
            Wake();
        }
    }

    /// <summary>Says that an index lags so much that it was of no use.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else was as fast.
            }
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var started = clock.GetTimestamp();
            var isDone = true;
            try
            {
                isDone = await AdvanceAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, queries do without, and the next round takes up what was left.
                AdvanceFailed(logger, exception.GetType().Name, exception.Message);
            }

            // Readers and writers come first, so a pause is as long as the work was; and a wake may shorten but not
            // skip it.
            var worked = clock.GetElapsedTime(started);
            await Task.Delay(
                worked > ServerLimits.AttributePause ? worked : ServerLimits.AttributePause, clock, stoppingToken);
            if (isDone)
            {
                await _wake.WaitAsync(ServerLimits.AttributeInterval, stoppingToken);
            }
        }
    }

    /// <summary>Goes round the datasets once; false when something is left to do at once.</summary>
    private async Task<bool> AdvanceAsync(CancellationToken cancellationToken)
    {
        var isDone = true;
        foreach (var (dataset, paths) in _pending.ToList())
        {
            _pending.TryRemove(dataset, out _);
            isDone &= await AdvanceAsync(dataset, [.. paths.Keys], cancellationToken);
        }

        var lagging = await indexer.ListAsync(cancellationToken);
        foreach (var index in lagging)
        {
            if (IsDue(index)
                && await catalog.FindAsync(index.ProjectId, index.Name, cancellationToken) is { } dataset)
            {
                isDone &= await AdvanceAsync(dataset, [], cancellationToken);
                _looks[index.Number] = new(index.Sequence, index.Documents, clock.GetTimestamp());
            }
        }

        foreach (var number in _looks.Keys.Except(lagging.Select(index => index.Number)).ToList())
        {
            _looks.Remove(number);
        }

        return isDone;
    }

    private async Task<bool> AdvanceAsync(
        Dataset dataset, IReadOnlyList<AttributePath> asked, CancellationToken cancellationToken)
    {
        var result = await indexer.AdvanceAsync(dataset, asked, ServerLimits.AttributeTurn, cancellationToken);
        if (result is null)
        {
            // The process that is at it does not know of them: the next query asks once more.
            foreach (var path in asked)
            {
                _asked.TryRemove((dataset.Number, path), out _);
            }
        }

        return result != false;
    }

    /// <summary>
    /// A log that is growing fast, as in an import, is not followed closely: the index would be written many times, and
    /// take from the import what it needs.
    /// </summary>
    private bool IsDue(LaggingIndex index)
    {
        var isKnown = _looks.TryGetValue(index.Number, out var look);
        look ??= new(index.Sequence, index.Documents, clock.GetTimestamp());
        var grown = Math.Max(index.Sequence - look.Sequence, index.Documents - look.Documents);
        _looks[index.Number] = look with { Sequence = index.Sequence, Documents = index.Documents };
        var isImported = grown > ServerLimits.AttributeBusyGrowth || (grown > 0 && index.IsUnsettled);
        return isImported || (!isKnown && index.IsUnsettled)
            ? clock.GetElapsedTime(look.Advanced) > ServerLimits.AttributeBusyInterval
            : true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attributes could not be indexed: {Kind}: {Reason}")]
    private static partial void AdvanceFailed(ILogger logger, string kind, string reason);

    /// <summary>A dataset as it was last looked at.</summary>
    /// <param name="Sequence">The end of its log then.</param>
    /// <param name="Documents">Documents it had had.</param>
    /// <param name="Advanced">When its index was last advanced, or first found to lag.</param>
    private sealed record Look(long Sequence, int Documents, long Advanced);
}
