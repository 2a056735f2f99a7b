namespace EventStore.Log.Transactions;

/// <summary>Timestamps are UTC with whole microseconds, the resolution of both the wire and PostgreSQL.</summary>
public static class TransactionTime
{
    /// <summary>The least time between two timestamps that differ.</summary>
    public static TimeSpan Precision { get; } = TimeSpan.FromMicroseconds(1);

    /// <summary>Cuts what is finer than a microsecond.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>
    /// The timestamp of a live transaction: time never stands still or runs backwards, whatever the clock did.
    /// </summary>
    public static DateTimeOffset Next(DateTimeOffset now, DateTimeOffset previous)
    {
        var truncated = Truncate(now);
        return truncated > previous ? truncated : previous.AddMicroseconds(1);
    }
}
