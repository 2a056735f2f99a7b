namespace EventStore.Server.Backups;

/// <summary>Whether and when a dataset is backed up by itself, and how long backups are kept.</summary>
/// <param name="Enabled">Whether a backup is made every day.</param>
/// <param name="Time">When, in UTC.</param>
/// <param name="DailyDays">How many days every backup is kept.</param>
/// <param name="WeeklyDays">How many days after that the first one of each week is kept.</param>
internal sealed record BackupSettings(bool Enabled, TimeOnly Time, int DailyDays, int WeeklyDays)
{
    /// <summary>What holds as long as nobody has said anything.</summary>
    public static readonly BackupSettings Default = new(
        false, ServerLimits.BackupTime, ServerLimits.BackupDailyDays, ServerLimits.BackupWeeklyDays);

    /// <summary>The next time of the day behind an instant.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + Time.ToTimeSpan();
        return today > now ? today : today.AddDays(1);
    }
}
