using System.Globalization;

namespace EventStore.Server.Backups;

/// <summary>
/// Which backups have outlived their time. All are kept for some days; of the older ones, the first of each week (ISO
/// 8601) for some days more.
/// </summary>
internal static class Retention
{
    /// <param name="backups">All complete backups of a dataset, the oldest first.</param>
    /// <param name="settings">How long they are kept.</param>
    /// <param name="now">The present.</param>
    public static IReadOnlyList<StoredBackup> Outlived(
        IReadOnlyList<StoredBackup> backups, BackupSettings settings, DateTimeOffset now)
    {
        var outlived = new List<StoredBackup>();
        var weeks = new HashSet<(int Year, int Week)>();
        foreach (var backup in backups)
        {
            var age = now - backup.CreatedAt;
            var day = backup.CreatedAt.UtcDateTime;
            var isFirst = weeks.Add((ISOWeek.GetYear(day), ISOWeek.GetWeekOfYear(day)));
            var days = settings.DailyDays + (isFirst ? settings.WeeklyDays : 0);
            if (age > TimeSpan.FromDays(days))
            {
                outlived.Add(backup);
            }
        }

        return outlived;
    }
}
