using System.Text.Json.Nodes;
using EventStore.Server.Backups;
using EventStore.Server.Blobs;
using EventStore.Server.Tests.Assets;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Tests.Backups;

/// <summary>What happens by itself: daily backups, their end, and what a full disk makes of them.</summary>
public sealed class BackupScheduleTests : IAsyncLifetime
{
    private readonly string _folder = TemporaryFolder.Create();
    private FullStore? _store;
    private TestServer? _server;

    private TestServer Server => _server!;

    private Api Api => new(Server);

    private BackupCalls Backups => new(Server.Client);

    public async Task InitializeAsync()
    {
        _store = new(FolderBlobStore.Open(_folder));
        _server = await TestServer.StartAsync(
            builder => builder.Services.AddSingleton<IBlobStore>(_store));
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Daily_backups_are_made_once_a_day_made_up_once_and_kept_as_long_as_is_said()
    {
        var dataset = await Api.CreateDatasetAsync();
        await Api.MutateAsync(dataset, """{"create":{"_id":"a","_type":"t"}}""");
        await Api.SendAsync(
            HttpMethod.Put, $"/v1/datasets/{dataset}/settings/backups", """{"enabled":true,"dailyDays":10,"weeklyDays":30}""");
        (await Backups.IdsAsync(dataset)).ShouldBeEmpty();
        for (var day = 1; day <= 3; day++)
        {
            await PassAsync(1);
            await WaitForAsync(dataset, day);
        }

        // Five days without a server: one backup, not five.
        await PassAsync(5);
        await WaitForAsync(dataset, 4);
        Wake();
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        (await Backups.IdsAsync(dataset)).Count.ShouldBe(4);

        await Api.SendAsync(HttpMethod.Put, $"/v1/datasets/{dataset}/settings/backups", """{"enabled":false}""");
        await PassAsync(9, wakes: false);
        var made = await Backups.ListAsync(dataset);
        var weeks = made.Select(backup => WeekOf((string)backup["createdAt"]!)).Distinct().Count();
        await WaitForAsync(dataset, weeks + (made.Count(backup => AgeOf(backup) <= 10 && !IsFirst(backup, made))));
        foreach (var id in await Backups.IdsAsync(dataset))
        {
            (await Backups.VerifyAsync(dataset, id))["certificate"].ShouldNotBeNull();
        }

        await PassAsync(60);
        Wake();
        while (AssetCalls.FilesIn(_folder).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    [Fact]
    public async Task A_full_disk_fails_the_backup_says_so_and_hurts_nothing_else()
    {
        var dataset = await Api.CreateDatasetAsync();
        await Backups.ImportAsync(dataset, BackupCalls.History(1, 300, 50));
        for (var room = 0; room < 3; room++)
        {
            _store!.Room = room;
            var (_, job) = await Backups.BeginAsync(dataset);
            var failed = await Backups.EndOfAsync(job, "failed");
            ((string)failed["message"]!).ShouldBe("The disk of the folder that keeps files is full");
            var written = await Api.MutateAsync(dataset, $$$"""{"create":{"_id":"while-{{{room}}}","_type":"t"}}""");
            written.ShouldBe(System.Net.HttpStatusCode.OK);
        }

        (await Backups.GetAsync("/v1/datasets"))[0].ShouldNotBeNull();
        _store!.Room = int.MaxValue;
        var id = await Backups.CreateAsync(dataset);
        (await Backups.VerifyAsync(dataset, id))["certificate"].ShouldNotBeNull();
        var entry = (await Backups.ListAsync(dataset)).ShouldHaveSingleItem();
        while (AssetCalls.FilesIn(_folder).Sum(file => new FileInfo(file).Length) != (long)entry["bytes"]!)
        {
            Wake();
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    [Fact]
    public async Task A_full_disk_of_the_database_fails_the_backup_says_so_and_hurts_nothing_else()
    {
        var dataset = await Api.CreateDatasetAsync();
        await Backups.ImportAsync(dataset, BackupCalls.History(1, 300, 50));

        // What PostgreSQL says when a table cannot grow; FullDatabaseDiskTests has a disk that is full indeed.
        await ExecuteAsync("""
            create function eventstore.grow() returns trigger language plpgsql as $$
            begin
                raise exception 'could not extend file: No space left on device' using errcode = '53100';
            end
            $$;
            create trigger grow before insert on eventstore.backup_part for each row execute function eventstore.grow()
            """);
        const string message = "The disk of the database is full";
        var failed = await Backups.EndOfAsync((await Backups.BeginAsync(dataset)).Job, "failed");
        ((string)failed["message"]!).ShouldBe(message);
        (await Api.MutateAsync(dataset, """{"create":{"_id":"meanwhile","_type":"t"}}""")).ShouldBe(System.Net.HttpStatusCode.OK);

        // Where not even the end of the job fits, it says why it waits.
        await ExecuteAsync("""
            create trigger grow before update on eventstore.job for each row when (new.state = 'failed')
            execute function eventstore.grow()
            """);
        var (id, job) = await Backups.BeginAsync(dataset);
        JsonNode waiting;
        while ((string?)(waiting = await Backups.GetAsync($"/v1/jobs/{job}"))["message"] != message)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        ((string)waiting["state"]!).ShouldBe("running");
        await ExecuteAsync("drop function eventstore.grow() cascade");
        await Backups.EndOfAsync(job);
        (await Backups.VerifyAsync(dataset, id))["certificate"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_daily_backup_that_failed_is_made_an_hour_later_and_the_next_one_on_its_day()
    {
        var dataset = await Api.CreateDatasetAsync();
        await Backups.ImportAsync(dataset, BackupCalls.History(1, 300, 50));
        var settings = $"/v1/datasets/{dataset}/settings/backups";
        var far = DateTime.UtcNow.AddHours(12).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        await Api.SendAsync(HttpMethod.Put, settings, $$"""{"enabled":true,"time":"{{far}}"}""");
        _store!.Room = 0;
        await PassAsync(1);
        while ((string?)(await Backups.GetAsync("/v1/jobs")).AsArray().FirstOrDefault()?["state"] != "failed")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        var due = DateTimeOffset.Parse(
            (string)(await Backups.GetAsync(settings))["nextBackupAt"]!, System.Globalization.CultureInfo.InvariantCulture);
        (due - DateTimeOffset.UtcNow).TotalMinutes.ShouldBeInRange(50, 60);
        _store.Room = int.MaxValue;
        await ExecuteAsync("update eventstore.backup_settings set due_at = due_at - interval '1 hour'");
        await WaitForAsync(dataset, 1);
        ((string)(await Backups.GetAsync(settings))["nextBackupAt"]!).ShouldContain($"T{far}:00");
    }

    private async Task WaitForAsync(string dataset, int count)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            Wake();
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            if ((await Server.Client.GetAsync($"/v1/datasets/{dataset}/backups")).IsSuccessStatusCode
                && (await Backups.IdsAsync(dataset)).Count == count)
            {
                return;
            }
        }

        (await Backups.IdsAsync(dataset)).Count.ShouldBe(count);
    }

    /// <summary>What days do to backups: everything is as much longer ago.</summary>
    private async Task PassAsync(int days, bool wakes = true)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Server.ConnectionString);
        await using var command = source.CreateCommand("""
            with moved as (update eventstore.backup_settings set due_at = due_at - make_interval(days => $1))
            update eventstore.backup set created_at = created_at - make_interval(days => $1)
            """);
        command.Parameters.Add(new() { Value = days });
        await command.ExecuteNonQueryAsync();
        if (wakes)
        {
            Wake();
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private void Wake() => Server.Host.Services.GetRequiredService<BackupUpkeep>().Wake(null);

    private static (int Year, int Week) WeekOf(string time)
    {
        var day = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
        return (System.Globalization.ISOWeek.GetYear(day), System.Globalization.ISOWeek.GetWeekOfYear(day));
    }

    private static double AgeOf(System.Text.Json.Nodes.JsonNode backup) => (DateTimeOffset.UtcNow - DateTimeOffset.Parse(
        (string)backup["createdAt"]!, System.Globalization.CultureInfo.InvariantCulture)).TotalDays;

    /// <summary>Whether it is the first of its week; the list begins with the newest.</summary>
    private static bool IsFirst(System.Text.Json.Nodes.JsonNode backup, IReadOnlyList<System.Text.Json.Nodes.JsonNode> made) =>
        made.Last(other => WeekOf((string)other["createdAt"]!) == WeekOf((string)backup["createdAt"]!)) == backup;
}
