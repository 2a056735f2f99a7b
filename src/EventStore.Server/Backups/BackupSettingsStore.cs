using EventStore.Server.Activity;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Backups;

/// <summary>The settings of backups in the database. They stay when the dataset goes, as long as it has
/// backups.</summary>
internal sealed class BackupSettingsStore(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select enabled, time_of_day, daily_days, weekly_days, due_at from eventstore.backup_settings where source = $1
        """;

    private const string Upsert = """
        insert into eventstore.backup_settings
            (source, enabled, time_of_day, daily_days, weekly_days, due_at, author, updated_at)
        values ($1, $2, $3, $4, $5, $6::timestamptz, $7, $8)
        on conflict (source) do update
        set enabled = excluded.enabled, time_of_day = excluded.time_of_day, daily_days = excluded.daily_days,
            weekly_days = excluded.weekly_days, due_at = excluded.due_at, author = excluded.author,
            updated_at = excluded.updated_at
        """;

    /// <summary>A dataset of which a backup is being made waits for that.</summary>
    private const string SelectDue = """
        select dataset.number, dataset.project_id, dataset.name, settings.due_at, settings.author
        from eventstore.backup_settings settings
        join eventstore.dataset on dataset.number = settings.source
        where settings.due_at <= $1 and dataset.deleted_at is null and dataset.builder is null
            and not exists (
                select from eventstore.backup
                where backup.source = settings.source and backup.completed_at is null)
        order by settings.due_at
        """;

    /// <summary>Of several servers that see the same due time, one moves it.</summary>
    private const string Move = "update eventstore.backup_settings set due_at = $3 where source = $1 and due_at = $2";

    private const string Retry = """
        update eventstore.backup_settings set due_at = least(due_at, clock_timestamp() + $2)
        where enabled and source = (
            select number from eventstore.dataset where project_id = $1 and name = $3 and deleted_at is null)
        """;

    private const string Forget = """
        delete from eventstore.backup_settings settings
        where not exists (select from eventstore.dataset where number = settings.source)
            and not exists (select from eventstore.backup where backup.source = settings.source)
        """;

    /// <summary>Those of a dataset, and when the next daily backup is due.</summary>
    public async Task<(BackupSettings Settings, DateTimeOffset? DueAt)> ReadAsync(
        int source, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, source);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (new(
                reader.GetBoolean(0), reader.GetFieldValue<TimeOnly>(1), reader.GetInt32(2), reader.GetInt32(3)),
                reader.GetFieldValue<DateTimeOffset?>(4))
            : (BackupSettings.Default, null);
    }

    public static async Task WriteAsync(
        ManagementTransaction change,
        int source,
        BackupSettings settings,
        string author,
        CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(
            Upsert,
            source,
            settings.Enabled,
            settings.Time,
            settings.DailyDays,
            settings.WeeklyDays,
            settings.Enabled ? settings.NextAfter(change.Now) : null,
            author,
            change.Now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Datasets of which a backup is due, with who has ordered it.</summary>
    public async Task<IReadOnlyList<DueBackup>> ListDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectDue, now);
        return await command.ReadAllAsync(
            reader => new DueBackup(
                Copies.CopyRequest.Named(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetString(4)),
            cancellationToken);
    }

    /// <summary>Takes a due backup; false when another server has.</summary>
    public static async Task<bool> MoveAsync(
        ManagementTransaction change, DueBackup due, DateTimeOffset next, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Move, due.Dataset.Number, due.DueAt, next);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Has a daily backup that failed be tried again before the next day.</summary>
    public static async Task RetryAsync(NpgsqlConnection connection, Job job, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(
            Retry, job.ProjectId, ServerLimits.BackupRetryDelay, job.Subject);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets the settings of datasets of which nothing is left.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Forget);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
