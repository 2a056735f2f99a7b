using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Server.Activity;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Copies;
using EventStore.Server.Datasets;
using EventStore.Server.Jobs;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Backups.Restoring;

/// <summary>Says what restoring a backup would change, and has it restored.</summary>
internal static class RestoreEndpoints
{
    private const string Route = "/datasets/{dataset}/backups/{id}/restore";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Route}/plan", PlanAsync);
        routes.MapPost(Route, RestoreAsync);
    }

    private static async Task PlanAsync(
        HttpContext context,
        string dataset,
        string id,
        BackupGate gate,
        BackupOpening opening,
        CopyTargets targets,
        RestoreComparison comparison)
    {
        var (_, archive, order, target, _) = await ReadAsync(context, dataset, id, gate, opening, targets);
        var (created, updated, deleted) = (0L, 0L, 0L);
        await LineStream.SendAsync(
            context,
            comparison.CompareAsync(archive, order, target, context.RequestAborted),
            (line, pair) =>
            {
                created += pair.Found.IsEmpty ? 1 : 0;
                deleted += pair.Wanted.IsEmpty ? 1 : 0;
                updated += pair.Found.IsEmpty || pair.Wanted.IsEmpty ? 0 : 1;
                line.Write("{\"id\":"u8);
                line.WriteString(pair.Id.Value);
                line.WriteAscii($",\"action\":\"{ActionOf(pair)}\"}}\n");
            },
            finish: line =>
            {
                line.Write("{\"restore\":{\"backup\":"u8);
                line.WriteString(order.Backup);
                line.WriteAscii($",\"sequence\":{order.Sequence},\"create\":{created}");
                line.WriteAscii($",\"update\":{updated},\"delete\":{deleted}}}}}\n");
                return ValueTask.CompletedTask;
            });
    }

    private static string ActionOf(DocumentPair pair) =>
        pair.Found.IsEmpty ? "create" : pair.Wanted.IsEmpty ? "delete" : "update";

    private static async Task RestoreAsync(
        HttpContext context,
        string dataset,
        string id,
        BackupGate gate,
        ProjectGate projects,
        BackupOpening opening,
        CopyTargets targets,
        ActivityLog activity,
        JobQueue queue)
    {
        var (backup, archive, order, existing, body) = await ReadAsync(
            context, dataset, id, gate, opening, targets);
        var (caller, _) = await projects.OpenAsync(context, Permissions.CreateDatasets);
        order = order with { SyncTarget = existing?.Number };
        var job = new Job(
            JobQueue.NewId(),
            DatasetRestore.KindName,
            backup.ProjectId,
            backup.DatasetName,
            caller.UserId,
            order.ToJson());
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var target = existing
            ?? await BeginAsync(change, job, order.Target, archive.Manifest.Settings, body, context.RequestAborted);
        var details = new JsonObject
        {
            ["backup"] = backup.Id,
            ["targetDataset"] = target.Name.Value,
            ["sequence"] = order.Sequence,
            ["sync"] = existing is not null,
            ["jobId"] = job.Id,
        };
        change.Record(new(backup.ProjectId, caller.UserId, "backup.restore", backup.DatasetName, details));
        await queue.CommitAsync(change, job, context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("backup"u8, backup.Id);
            writer.WriteString("targetDataset"u8, target.Name.Value);
            writer.WriteNumber("sequence"u8, order.Sequence);
            writer.WriteString("jobId"u8, job.Id);
            writer.WriteEndObject();
        });
    }

    /// <summary>Reads what is asked for, of somebody who may read the whole backup and write the target.</summary>
    private static async Task<(StoredBackup, BackupArchive, RestoreOrder, Dataset?, JsonBody)> ReadAsync(
        HttpContext context, string dataset, string id, BackupGate gate, BackupOpening opening, CopyTargets targets)
    {
        var backup = await gate.OpenBackupAsync(context, dataset, id, Permissions.CreateDatasets);
        QueryParameters.Of(context.Request);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var order = RestoreOrder.Read(body, backup.Id, backup.DatasetName);
        var isSync = body.Flag("sync") ?? false;
        if (!isSync && !DatasetName.TryParse(order.Target, out _, out var reason))
        {
            throw BoomException.BadRequest($"\"targetDataset\": {reason}");
        }

        var existing = isSync ? await targets.OpenAsync(context, order.Target) : null;
        var archive = await opening.OpenAsync(backup, context.RequestAborted);
        var sequence = await FindSequenceAsync(body, backup, archive, context.RequestAborted);
        return (backup, archive, order with { Sequence = sequence }, existing, body);
    }

    private static async Task<long> FindSequenceAsync(
        JsonBody body, StoredBackup backup, BackupArchive archive, CancellationToken cancellationToken)
    {
        var (time, revision) = (body.Time("time"), body.Text("revision"));
        if (time is not null && revision is not null)
        {
            throw BoomException.BadRequest("\"time\" and \"revision\" are mutually exclusive");
        }

        if (time > backup.CreatedAt)
        {
            throw BoomException.BadRequest("\"time\" is after the backup was made");
        }

        return time is { } instant ? await archive.FindSequenceAtAsync(instant, cancellationToken)
            : revision is null ? archive.Manifest.Sequence
            : await archive.FindSequenceAsync(revision, cancellationToken)
                ?? throw BoomException.NotFound("\"revision\": the backup has no such transaction");
    }

    /// <summary>Reserves the name of the dataset, which gets the settings of the one that was backed up.</summary>
    private static async Task<Dataset> BeginAsync(
        ManagementTransaction change,
        Job job,
        string name,
        JsonObject settings,
        JsonBody body,
        CancellationToken cancellationToken)
    {
        var aclMode = body.Choice("aclMode", DatasetEndpoints.AclModes) ?? (string?)settings["aclMode"] ?? "private";
        var planned = new Dataset(0, job.ProjectId, DatasetName.Parse(name), aclMode, change.Now, job.Author)
        {
            Description = (string?)settings["description"],
        };
        return await DatasetConstruction.BeginAsync(change.Connection, planned, job.Id, cancellationToken)
            ? planned
            : throw BoomException.Conflict($"Dataset \"{name}\" already exists");
    }
}
