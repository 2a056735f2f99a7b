using EventStore.Server.Backups;

namespace EventStore.Server.Tests.Backups;

/// <summary>How long backups are kept, and which parts the next one takes over.</summary>
public sealed class RetentionTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_day_is_kept_for_a_year_and_the_first_of_each_week_for_two_more()
    {
        var settings = BackupSettings.Default;
        var kept = new List<StoredBackup>();
        for (var day = 0; day < 5 * 365; day++)
        {
            var now = Start.AddDays(day);
            kept.Add(Of(day, now));
            foreach (var outlived in Retention.Outlived(kept, settings, now))
            {
                kept.Remove(outlived);
            }
        }

        var end = Start.AddDays((5 * 365) - 1);
        kept.Count(backup => end - backup.CreatedAt <= TimeSpan.FromDays(365)).ShouldBe(366);
        var older = kept.Where(backup => end - backup.CreatedAt > TimeSpan.FromDays(365)).ToList();
        older.Select(backup => backup.CreatedAt.DayOfWeek).Distinct().ShouldBe([DayOfWeek.Monday]);
        older.Count.ShouldBeInRange(103, 106);
        kept.Min(backup => backup.CreatedAt).ShouldBeGreaterThanOrEqualTo(end.AddDays(-3 * 365));
    }

    [Fact]
    public void The_next_time_of_the_day_is_in_the_future_and_within_a_day()
    {
        var settings = BackupSettings.Default with { Time = new(13, 30) };
        settings.NextAfter(Start).ShouldBe(new(2024, 1, 1, 13, 30, 0, TimeSpan.Zero));
        settings.NextAfter(Start.AddHours(11.5)).ShouldBe(new(2024, 1, 2, 13, 30, 0, TimeSpan.Zero));
        settings.NextAfter(Start.AddHours(20)).ShouldBe(new(2024, 1, 2, 13, 30, 0, TimeSpan.Zero));
    }

    private static StoredBackup Of(int number, DateTimeOffset time) =>
        new(number, $"b{number}", "p", "d", 1, number, null, time) { Job = "j", Author = "a" };
}
