using System.Globalization;
using System.Text.Json.Nodes;
using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Backups.Restoring;

/// <summary>
/// Gives a restored dataset what the backup says of it beside its access mode and description, which it has from the
/// beginning: its tags; and, when it comes back under its own name, its daily backups and the aliases that stand for
/// nothing since. What belongs to the project, such as origins, is as it is: a restore of a dataset opens no door that
/// somebody has closed.
/// </summary>
internal static class RestoredSettings
{
    /// <summary>Tags are the project's: those that it has no more are not made again.</summary>
    private const string InsertTags = """
        insert into eventstore.dataset_tag (dataset, tag)
        select $1, id from eventstore.tag where project_id = $2 and name = any ($3)
        on conflict do nothing
        """;

    private const string UpdateAliases = """
        update eventstore.alias set dataset = $1
        where project_id = $2 and name = any ($3)
            and not exists (
                select from eventstore.dataset where number = alias.dataset and deleted_at is null)
        """;

    /// <summary>Applies them in the open transaction of a connection, in which the dataset is published.</summary>
    public static async Task ApplyAsync(
        NpgsqlConnection connection,
        Job job,
        JsonObject settings,
        Dataset target,
        bool isOwnName,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await ExecuteAsync(InsertTags, Names("tags", static tag => (string?)tag["name"]));
        if (!isOwnName)
        {
            return;
        }

        await ExecuteAsync(UpdateAliases, Names("aliases", static alias => (string?)alias));
        if (settings["backups"] is JsonObject backups)
        {
            await BackupSettingsStore.WriteAsync(
                connection, target.Number, Read(backups), job.Author, now, cancellationToken);
        }

        string[] Names(string list, Func<JsonNode, string?> name) =>
            [.. (settings[list] as JsonArray ?? []).OfType<JsonNode>().Select(name).OfType<string>()];

        async Task ExecuteAsync(string sql, string[] names)
        {
            await using var command = connection.CreateCommand(sql, target.Number, target.ProjectId, names);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static BackupSettings Read(JsonObject backups) => new(
        (bool)backups["enabled"]!,
        TimeOnly.ParseExact((string)backups["time"]!, "HH:mm", CultureInfo.InvariantCulture),
        (int)backups["dailyDays"]!,
        (int)backups["weeklyDays"]!);
}
