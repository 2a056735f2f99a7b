using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Server.Activity;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Backups.Verification;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Backups;

/// <summary>Switches backups on and off, makes, lists, shows, proves and deletes them.</summary>
internal static class BackupEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/datasets/{dataset}/settings/backups", GetSettingsAsync);
        routes.MapPut("/datasets/{dataset}/settings/backups", PutSettingsAsync);
        routes.MapGet("/datasets/{dataset}/backups", ListAsync);
        routes.MapPost("/datasets/{dataset}/backups", CreateAsync);
        routes.MapGet("/datasets/{dataset}/backups/{id}", GetAsync);
        routes.MapDelete("/datasets/{dataset}/backups/{id}", DeleteAsync);
        routes.MapPost("/datasets/{dataset}/backups/{id}/verify", VerifyAsync);
    }

    private static async Task GetSettingsAsync(
        HttpContext context, string dataset, DatasetGate gate, BackupSettingsStore store)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.ReadDatasets);
        var (settings, dueAt) = await store.ReadAsync(opened.Dataset.Number, context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("enabled"u8, settings.Enabled);
            writer.WriteString("time"u8, settings.Time.ToString("HH:mm", CultureInfo.InvariantCulture));
            writer.WriteNumber("dailyDays"u8, settings.DailyDays);
            writer.WriteNumber("weeklyDays"u8, settings.WeeklyDays);
            writer.WriteString("nextBackupAt"u8, dueAt is { } time ? WireTime.Format(time) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task PutSettingsAsync(
        HttpContext context,
        string dataset,
        DatasetGate gate,
        BackupSettingsStore store,
        BackupUpkeep upkeep,
        ActivityLog activity)
    {
        var (caller, found, _) = await gate.OpenAsync(context, dataset, Permissions.UpdateDatasets);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var (current, _) = await store.ReadAsync(found.Number, context.RequestAborted);
        var settings = new BackupSettings(
            body.Flag("enabled") ?? throw BoomException.BadRequest("\"enabled\" is required"),
            ReadTime(body) ?? current.Time,
            body.Number("dailyDays", 1, ServerLimits.BackupDaysMost) ?? current.DailyDays,
            body.Number("weeklyDays", 0, ServerLimits.BackupDaysMost) ?? current.WeeklyDays);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        await BackupSettingsStore.WriteAsync(
            change.Connection, found.Number, settings, caller.UserId, change.Now, context.RequestAborted);
        var details = new JsonObject
        {
            ["enabled"] = settings.Enabled,
            ["time"] = settings.Time.ToString("HH:mm", CultureInfo.InvariantCulture),
            ["dailyDays"] = settings.DailyDays,
            ["weeklyDays"] = settings.WeeklyDays,
        };
        change.Record(new(found.ProjectId, caller.UserId, "backup.settings", found.Name.Value, details));
        await change.CommitAsync(context.RequestAborted);
        upkeep.Wake(found.Number);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static TimeOnly? ReadTime(JsonBody body) => body.Text("time") switch
    {
        null => null,
        { } text when TimeOnly.TryParseExact(
            text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) => time,
        _ => throw BoomException.BadRequest("\"time\" must be a time of day like 02:00, in UTC"),
    };

    private static async Task ListAsync(HttpContext context, string dataset, BackupGate gate, BackupStore store)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.ReadDatasets);
        var query = QueryParameters.Of(context.Request);
        var limit = query.Count("limit") ?? ServerLimits.BackupPage;
        if (limit is < 1 or > ServerLimits.BackupPageMost)
        {
            throw BoomException.BadRequest($"\"limit\" must be from 1 to {ServerLimits.BackupPageMost}");
        }

        var backups = await store.ListAsync(
            opened.ProjectId,
            opened.Name,
            query.Time("after"),
            query.Time("before"),
            (int)limit,
            context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("backups"u8);
            foreach (var backup in backups)
            {
                writer.WriteStartObject();
                WriteMembers(writer, backup);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("limit"u8, limit);
            writer.WriteEndObject();
        });
    }

    private static async Task CreateAsync(
        HttpContext context, string dataset, DatasetGate gate, BackupOrders orders)
    {
        var (caller, found, _) = await gate.OpenAsync(context, dataset, Permissions.UpdateDatasets);
        QueryParameters.Of(context.Request);
        var backup = await orders.OrderAsync(found, caller.UserId, null, default, context.RequestAborted)
            ?? throw BoomException.Conflict($"A backup of dataset \"{found.Name.Value}\" is being made already");
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, backup.Id);
            writer.WriteString("createdAt"u8, WireTime.Format(backup.CreatedAt));
            writer.WriteNumber("sequence"u8, backup.Sequence);
            writer.WriteString("revision"u8, backup.Revision);
            writer.WriteString("jobId"u8, backup.Job);
            writer.WriteEndObject();
        });
    }

    private static async Task GetAsync(
        HttpContext context, string dataset, string id, BackupGate gate, BackupFiles files)
    {
        var backup = await gate.OpenBackupAsync(context, dataset, id, Permissions.ReadDatasets);
        var cursor = QueryParameters.Of(context.Request).Text("nextCursor");
        var (page, next) = await files.ListAsync(context, backup, cursor);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            WriteMembers(writer, backup);
            writer.WriteNumber("totalFiles"u8, backup.Documents);
            writer.WriteStartArray("files"u8);
            foreach (var file in page)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, file.Name);
                writer.WriteString("url"u8, file.Url);
                writer.WriteString("type"u8, file.Type);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (next is not null)
            {
                writer.WriteString("nextCursor"u8, next);
            }

            writer.WriteEndObject();
        });
    }

    private static async Task DeleteAsync(
        HttpContext context,
        string dataset,
        string id,
        BackupGate gate,
        BackupUpkeep upkeep,
        ActivityLog activity)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.DeleteDatasets);
        var backup = await gate.FindAsync(opened, id, context.RequestAborted);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        if (!await BackupStore.DeleteAsync(change, backup.Number, context.RequestAborted))
        {
            throw BoomException.NotFound("Backup not found");
        }

        var details = new JsonObject { ["backup"] = id };
        change.Record(new(opened.ProjectId, opened.Caller.UserId, "backup.delete", opened.Name, details));
        await change.CommitAsync(context.RequestAborted);
        upkeep.Wake(backup.Source);
        await JsonAnswer.SendAsync(context, JsonAnswer.Deleted);
    }

    private static async Task VerifyAsync(
        HttpContext context,
        string dataset,
        string id,
        BackupGate gate,
        BackupVerifier verifier,
        TimeProvider clock)
    {
        var backup = await gate.OpenBackupAsync(context, dataset, id, Permissions.VerifyDatasets);
        QueryParameters.Of(context.Request);
        var steps = verifier.VerifyAsync(backup, context.RequestAborted);
        await StepLines.SendAsync(
            context, steps, static step => step is VerificationProgress, VerificationLines.Write, clock);
    }

    private static void WriteMembers(Utf8JsonWriter writer, StoredBackup backup)
    {
        writer.WriteString("id"u8, backup.Id);
        writer.WriteString("createdAt"u8, WireTime.Format(backup.CreatedAt));
        writer.WriteNumber("sequence"u8, backup.Sequence);
        writer.WriteString("revision"u8, backup.Revision);
        writer.WriteNumber("documents"u8, backup.Documents);
        writer.WriteNumber("assets"u8, backup.Assets);
        writer.WriteNumber("bytes"u8, backup.Bytes);
        writer.WriteNumber("writtenBytes"u8, backup.WrittenBytes);
        writer.WriteString("manifestSha256"u8, backup.ManifestSha256);
    }
}
