namespace EventStore.Log.Postgres.Reading;

/// <summary>
/// The portions that one read of a dataset has in memory: one that is its own, so that it always gets on, and more of
/// <see cref="ReaderMemory"/> while there is room. Whoever has used a portion gives it back.
/// </summary>
internal sealed class Portions
{
    private readonly SemaphoreSlim _own = new(1);
    private readonly SemaphoreSlim _ahead = new(Limits.PortionsAhead);

    /// <summary>A portion; waits until one of this read was given back when there is no room for another.</summary>
    public async ValueTask<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        if (TryTake() is { } portion)
        {
            return portion;
        }

        await _own.WaitAsync(cancellationToken);
        return new Portion(_own, 0);
    }

    /// <summary>A portion, if there is room for it now.</summary>
    public IDisposable? TryTake()
    {
        if (_own.Wait(0, CancellationToken.None))
        {
            return new Portion(_own, 0);
        }

        if (!_ahead.Wait(0, CancellationToken.None))
        {
            return null;
        }

        if (ReaderMemory.TryTake(Limits.PortionBytes))
        {
            return new Portion(_ahead, Limits.PortionBytes);
        }

        _ahead.Release();
        return null;
    }

    private sealed class Portion(SemaphoreSlim place, long bytes) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                ReaderMemory.Return(bytes);
                place.Release();
            }
        }
    }
}
