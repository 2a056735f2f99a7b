using System.Text;
using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Blobs;
using EventStore.Server.Datasets;
using EventStore.Server.Jobs;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Collections;

/// <summary>
/// <c>POST /collections/{collection}/export</c>: makes files of what is selected in a dataset and answers with links to
/// them; with <c>async</c>, a job makes them.
/// </summary>
internal static class CollectionExportEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/collections/{collection}/export", HandleAsync);
        routes.MapGet("/collections/{collection}/export/{id}", GetAsync);
    }

    private static async Task HandleAsync(
        HttpContext context,
        string collection,
        DatasetGate gate,
        TransactionReader transactions,
        CollectionExport export,
        CollectionExportSlots slots,
        CollectionAnswer answer,
        ActivityLog activity,
        JobQueue queue,
        IBlobStore blobs)
    {
        var cancellationToken = context.RequestAborted;
        var dataset = CollectionName.Resolve(context, collection);
        var opened = await gate.OpenAsync(context, dataset, DocumentPermissions.Read);
        AccessPolicy.RequireToken(opened.Caller);
        var body = await RequestBody.ReadAsync(context.Request, ServerLimits.CollectionBodyBytes, cancellationToken);
        var order = CollectionExportBody.Parse(body);
        if (!order.AsOf.IsNow)
        {
            AccessPolicy.Require(opened.Caller, opened.Access, DocumentPermissions.Read | DocumentPermissions.History);
            opened = opened with { Access = opened.Access.ToThePast() };
        }

        var sequence = await order.AsOf.FindSequenceAsync(transactions, opened.Dataset, cancellationToken)
            ?? throw CollectionRequestException.Of(
                $"Revision \"{order.AsOf.Revision}\" not found", "value_error", "revision");
        if (order.IsAsync)
        {
            var job = JobOf(opened, sequence, Encoding.UTF8.GetString(body.Span));
            await using var change = await activity.BeginAsync(cancellationToken);
            await queue.CommitAsync(change, job, cancellationToken);
            await answer.SendAsync(context, collection, job);
            return;
        }

        var sink = new BlobExportSink(
            blobs, BlobExportSink.FolderOf(opened.Dataset.Number, Guid.NewGuid().ToString("N")));
        var result = await slots.RunAsync(
            () => export.RunAsync(opened, sequence, order, sink, new Progress<long>(), cancellationToken),
            cancellationToken);
        await answer.SendAsync(context, result);
    }

    private static Job JobOf(DatasetRequest opened, long sequence, string body)
    {
        var (caller, dataset, _) = opened;
        var request = new CollectionJobRequest(dataset.Number, dataset.Name.Value, sequence, body);
        return new(
            JobQueue.NewId(),
            CollectionJob.KindName,
            dataset.ProjectId,
            dataset.Name.Value,
            caller.UserId,
            request.ToJson());
    }

    /// <summary>
    /// The result of an export in the background, or how far it is; only for who asked for it, whose rights made it.
    /// </summary>
    private static async Task GetAsync(
        HttpContext context,
        string collection,
        string id,
        DatasetGate gate,
        JobStore jobs,
        IBlobStore blobs,
        CollectionAnswer answer)
    {
        var dataset = CollectionName.Resolve(context, collection);
        var opened = await gate.OpenAsync(context, dataset, DocumentPermissions.Read);
        AccessPolicy.RequireToken(opened.Caller);
        var found = await jobs.FindAsync(id, opened.Dataset.ProjectId, context.RequestAborted);
        if (found is not { Kind: CollectionJob.KindName }
            || CollectionJobRequest.FromJson(found.Request).Dataset != opened.Dataset.Number
            || (found.Author != opened.Caller.UserId && !opened.Caller.IsRoot))
        {
            throw BoomException.NotFound("There is no such export");
        }

        if (!JobStates.IsEnd(found.State))
        {
            await answer.SendAsync(context, collection, found);
            return;
        }

        if (found.State != JobStates.Completed)
        {
            throw BoomException.Conflict($"The export is {found.State}: {found.Message}");
        }

        var result = CollectionExportResult.FromJson(found.Step!);
        if (await blobs.FindLengthAsync(result.File.Key, context.RequestAborted) is null)
        {
            throw BoomException.NotFound("The file of the export was deleted: it is kept for a day");
        }

        await answer.SendAsync(context, result);
    }
}
