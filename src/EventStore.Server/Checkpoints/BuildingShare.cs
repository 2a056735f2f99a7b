namespace EventStore.Server.Checkpoints;

/// <summary>
/// The share of the time that some building may take, round by round: a round in which it was used is followed by a
/// pause in proportion.
/// </summary>
internal sealed class BuildingShare(TimeProvider clock)
{
    private long _since;
    private TimeSpan _used;

    /// <summary>Whether nothing is to be built in this round.</summary>
    public bool IsUsedUp { get; private set; }

    public void BeginRound()
    {
        IsUsedUp = clock.GetElapsedTime(_since) < _used * ServerLimits.CheckpointPauseFactor;
        _used = IsUsedUp ? _used : TimeSpan.Zero;
    }

    /// <summary>Counts the time until the use is disposed.</summary>
    public IDisposable Use() => new Period(this, clock.GetTimestamp());

    private void End(long start)
    {
        _used += clock.GetElapsedTime(start);
        _since = clock.GetTimestamp();
    }

    private sealed class Period(BuildingShare share, long start) : IDisposable
    {
        public void Dispose() => share.End(start);
    }
}
