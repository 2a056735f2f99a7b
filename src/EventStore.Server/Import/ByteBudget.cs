namespace EventStore.Server.Import;

/// <summary>
/// Bounds the bytes that are under way between one producer and its consumers. One piece larger than the whole budget
/// may pass alone.
/// </summary>
internal sealed class ByteBudget(long limit)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private long _waiterBytes;
    private long _used;

    /// <summary>Returns when the bytes fit. Only one caller may wait at a time.</summary>
    public Task TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Fits(bytes))
            {
                _used += bytes;
                return Task.CompletedTask;
            }

            _waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiterBytes = bytes;
            return _waiter.Task.WaitAsync(cancellationToken);
        }
    }

    public void Return(long bytes)
    {
        TaskCompletionSource? admitted = null;
        lock (_lock)
        {
            _used -= bytes;
            if (_waiter is not null && Fits(_waiterBytes))
            {
                _used += _waiterBytes;
                (admitted, _waiter) = (_waiter, null);
            }
        }

        admitted?.SetResult();
    }

    private bool Fits(long bytes) => _used == 0 || _used + bytes <= limit;
}
