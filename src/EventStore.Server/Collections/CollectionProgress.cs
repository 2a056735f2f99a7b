using System.Globalization;
using EventStore.Log.Postgres;
using EventStore.Server.Jobs;

namespace EventStore.Server.Collections;

/// <summary>Tells a job how far its export is. That is no step forward: an export has none but its end.</summary>
/// <param name="run">The job.</param>
/// <param name="format">Tables are read twice.</param>
/// <param name="documents">About how many rows a pass may have.</param>
/// <param name="clock">For the time between two messages.</param>
internal sealed class CollectionProgress(JobRun run, ExportFormat format, long documents, TimeProvider clock)
    : IProgress<long>
{
    private const int Whole = 98;

    private readonly int _passes = format == ExportFormat.Json ? 1 : 2;
    private long _rows;
    private int _pass;

    public void Report(long value)
    {
        if (value < Interlocked.Exchange(ref _rows, value))
        {
            _pass = Math.Min(_pass + 1, _passes - 1);
        }
    }

    /// <summary>Does the work and tells meanwhile.</summary>
    public async Task<T> TellAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var done = work(stop.Token);
        while (await Task.WhenAny(done, Task.Delay(ServerLimits.CollectionProgressInterval, clock, stop.Token)) != done)
        {
            await TellAsync(stop);
        }

        await stop.CancelAsync();
        return await done;
    }

    private async Task TellAsync(CancellationTokenSource stop)
    {
        try
        {
            var rows = Volatile.Read(ref _rows);
            var share = Math.Min((double)rows / Math.Max(documents, 1), 1);
            await run.ReportAsync(
                (int)(Whole * (_pass + share) / _passes),
                string.Create(CultureInfo.InvariantCulture, $"Pass {_pass + 1} of {_passes}: {rows} documents"),
                stop.Token);
        }
        catch (Exception exception) when (exception is FenceLostException)
        {
            await stop.CancelAsync();
        }
        catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception))
        {
            // The work itself finds out.
        }
    }
}
