using EventStore.Log.Postgres;

namespace EventStore.Server.Jobs;

/// <summary>
/// Keeps a job that was taken: gives signs of life, and cancels <see cref="Token"/> when the job is to be canceled, is
/// held by another server, or this one stops.
/// </summary>
internal sealed class JobHold(Job job, JobStore store, TimeProvider clock, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _work = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _soon = new(0);

    /// <summary>Whether to go on.</summary>
    public CancellationToken Token => _work.Token;

    public bool IsStopping => stopping.IsCancellationRequested;

    /// <summary>Whether another server has taken the job.</summary>
    public bool IsLost { get; private set; }

    public bool IsCancelRequested { get; private set; } = job.CancelRequested;

    /// <summary>Gives signs of life until <see cref="StopAsync"/>.</summary>
    public async Task BeatAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await LookAsync();
                await Task.WhenAny(
                    _soon.WaitAsync(_end.Token), Task.Delay(ServerLimits.JobHeartbeat, clock, _end.Token));
            }
            catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception))
            {
                // Whoever cannot reach the database cannot commit either; the work itself will find out.
                await Task.WhenAny(Task.Delay(ServerLimits.JobHeartbeat, clock, _end.Token));
            }
        }
    }

    /// <summary>Looks at the job's row, and leaves a sign of life there.</summary>
    public async Task LookAsync()
    {
        var isToBeCanceled = await store.BeatAsync(new(job.Id, job.Fence), CancellationToken.None);
        IsLost |= isToBeCanceled is null;
        IsCancelRequested |= isToBeCanceled == true;
        if (IsLost || IsCancelRequested)
        {
            await _work.CancelAsync();
        }
    }

    /// <summary>Has the next look be taken now.</summary>
    public void LookSoon() => _soon.Release();

    public async Task StopAsync(Task beating)
    {
        await _end.CancelAsync();
        await beating;
    }

    public void Dispose()
    {
        _work.Dispose();
        _end.Dispose();
        _soon.Dispose();
    }
}
