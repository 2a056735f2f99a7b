namespace EventStore.Server.Wire;

/// <summary>
/// Something read from the database that is trusted for a short while: what another server changed is seen after that
/// time, what this one changed at once.
/// </summary>
internal sealed class FreshValue<T>(Func<CancellationToken, Task<T>> read, TimeSpan freshness, TimeProvider clock)
    where T : class
{
    private volatile Reading? _reading;
    private int _changes;

    public async ValueTask<T> GetAsync(CancellationToken cancellationToken)
    {
        if (_reading is { } known && clock.GetElapsedTime(known.At) < freshness)
        {
            return known.Value;
        }

        var at = clock.GetTimestamp();
        var changes = Volatile.Read(ref _changes);
        var value = await read(cancellationToken);
        if (changes == Volatile.Read(ref _changes))
        {
            // Else it may have been read before a change that this server has made since.
            _reading = new(value, at);
        }

        return value;
    }

    /// <summary>Says that it was changed.</summary>
    public void Invalidate()
    {
        Interlocked.Increment(ref _changes);
        _reading = null;
    }

    private sealed record Reading(T Value, long At);
}
