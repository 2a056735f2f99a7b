using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Server.Activity;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Documents;
using EventStore.Server.Jobs;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Copies;

/// <summary>Asks for copies of datasets, and lists those that were asked for.</summary>
internal static class CopyEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/datasets/{dataset}/copy", CopyAsync);
        routes.MapGet("/datasets/{dataset}/copy", ListOfDatasetAsync);
        routes.MapGet("/datasets/copy", ListAsync);
    }

    private static async Task CopyAsync(
        HttpContext context,
        string dataset,
        DatasetGate gate,
        TransactionReader reader,
        CopyTargets targets,
        ActivityLog activity,
        JobQueue queue)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.CreateDatasets);
        var (caller, source, _) = opened;
        var query = QueryParameters.Of(context.Request);
        var asOf = AsOf.Read(query);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var isSync = body.Flag("sync") ?? query.Flag("sync") ?? false;
        var sequence = await asOf.FindSequenceAsync(reader, source, context.RequestAborted)
            ?? throw BoomException.NotFound("\"revision\": the dataset has no such transaction");
        var target = body.RequiredText("targetDataset", Log.Limits.DatasetNameLength);
        var request = new CopyRequest(source.Number, source.Name.Value, target, sequence)
        {
            SkipHistory = body.Flag("skipHistory") ?? false,
            SkipContentReleases = body.Flag("skipContentReleases") ?? false,
        };
        RequireReadable(opened, request, isPast: !asOf.IsNow, isSync);
        var job = new Job(
            JobQueue.NewId(),
            DatasetCopy.KindName,
            source.ProjectId,
            source.Name.Value,
            caller.UserId,
            request.ToJson());

        var existing = isSync ? await targets.OpenAsync(context, request, opened) : null;
        job = job with { Request = (request with { SyncTarget = existing?.Number }).ToJson() };
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var copy = existing ?? await BeginAsync(change, job, request, source, body, context.RequestAborted);
        var details = new JsonObject
        {
            ["targetDataset"] = copy.Name.Value,
            ["sequence"] = sequence,
            ["skipHistory"] = request.SkipHistory,
            ["sync"] = isSync,
            ["jobId"] = job.Id,
        };
        change.Record(new(source.ProjectId, caller.UserId, "dataset.copy", source.Name.Value, details));
        await queue.CommitAsync(change, job, context.RequestAborted);
        await SendAsync(context, source, copy, job);
    }

    /// <summary>Reserves the name of the copy.</summary>
    private static async Task<Dataset> BeginAsync(
        ManagementTransaction change,
        Job job,
        CopyRequest request,
        Dataset source,
        JsonBody body,
        CancellationToken cancellationToken)
    {
        if (!DatasetName.TryParse(request.TargetName, out var name, out var reason))
        {
            throw BoomException.BadRequest($"\"targetDataset\": {reason}");
        }

        var aclMode = body.Choice("aclMode", DatasetEndpoints.AclModes) ?? source.AclMode;
        var planned = new Dataset(0, source.ProjectId, name, aclMode, change.Now, job.Author)
        {
            Description = source.Description,
        };
        return await DatasetConstruction.BeginAsync(change.Connection, planned, job.Id, cancellationToken)
            ? planned
            : throw BoomException.Conflict($"Dataset \"{name.Value}\" already exists");
    }

    /// <summary>
    /// A copy shows its makers all that it holds, so whoever makes it must be able to read all of that.
    /// </summary>
    private static void RequireReadable(DatasetRequest opened, CopyRequest request, bool isPast, bool isSync)
    {
        var needsHistory = isPast || (!request.SkipHistory && !isSync);
        if (!(needsHistory ? opened.Access.ReadsAllHistory : opened.Access.ReadsEverything))
        {
            throw AccessPolicy.Forbidden(needsHistory ? "history" : "read");
        }
    }

    private static async Task ListOfDatasetAsync(
        HttpContext context, string dataset, DatasetGate gate, JobStore store)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.ReadDatasets);
        await SendListAsync(context, opened.Dataset.ProjectId, opened.Dataset.Name.Value, store);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, JobStore store)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadDatasets);
        await SendListAsync(context, project.Id, null, store);
    }

    private static async Task SendListAsync(HttpContext context, string projectId, string? subject, JobStore store)
    {
        var query = JobQuery.Read(QueryParameters.Of(context.Request)) with
        {
            Kind = DatasetCopy.KindName,
            Subject = subject,
        };
        var jobs = await store.ListAsync(projectId, query, context.RequestAborted);
        await JsonAnswer.SendArrayAsync(context, jobs, (writer, job) =>
        {
            var request = CopyRequest.FromJson(job.Request);
            writer.WriteStartObject();
            writer.WriteString("id"u8, job.Id);
            writer.WriteString("state"u8, job.State);
            writer.WriteString("createdAt"u8, WireTime.Format(job.CreatedAt));
            writer.WriteString("updatedAt"u8, WireTime.Format(job.UpdatedAt));
            writer.WriteString("sourceDataset"u8, request.SourceName);
            writer.WriteString("targetDataset"u8, request.TargetName);
            writer.WriteBoolean("withHistory"u8, !request.SkipHistory && request.SyncTarget is null);
            writer.WriteBoolean("sync"u8, request.SyncTarget is not null);
            writer.WriteNumber("sequence"u8, request.Sequence);
            writer.WriteNumber("progress"u8, job.Progress);
            writer.WriteString("message"u8, job.Message);
            writer.WriteEndObject();
        });
    }

    private static Task SendAsync(HttpContext context, Dataset source, Dataset target, Job job) =>
        JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("datasetName"u8, source.Name.Value);
            writer.WriteString("message"u8, $"Copying {source.Name.Value} to {target.Name.Value}");
            writer.WriteString("aclMode"u8, target.AclMode);
            writer.WriteString("jobId"u8, job.Id);
            writer.WriteEndObject();
        });
}
