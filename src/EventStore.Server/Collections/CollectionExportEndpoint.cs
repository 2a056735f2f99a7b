using EventStore.Log.Postgres;
using EventStore.Server.Assets;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Blobs;
using EventStore.Server.Datasets;
using EventStore.Server.Hosting;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Collections;

/// <summary>
/// <c>POST /collections/{collection}/export</c>: makes files of what is selected in a dataset and answers with links to
/// them.
/// </summary>
internal static class CollectionExportEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/collections/{collection}/export", HandleAsync);

    private static async Task HandleAsync(
        HttpContext context,
        string collection,
        DatasetGate gate,
        TransactionReader transactions,
        CollectionExport export,
        CollectionExportSlots slots,
        IBlobStore blobs,
        DownloadLinks links,
        ServerSettings settings)
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
        var sink = new BlobExportSink(blobs, links, settings, opened.Dataset);
        var result = await slots.RunAsync(
            () => export.RunAsync(opened, sequence, order, sink, new Progress<long>(), cancellationToken),
            cancellationToken);
        await AnswerAsync(context, settings, order, result);
    }

    private static Task AnswerAsync(
        HttpContext context, ServerSettings settings, CollectionExportOrder order, CollectionExportResult result)
    {
        var address = PublicAddress.Of(context, settings);
        return JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("download_url"u8, address + result.File.Link);
            writer.WriteString("s3_path"u8, result.File.Location);
            writer.WriteString("format"u8, order.Format.ToString().ToLowerInvariant());
            writer.WriteNumber("document_count"u8, result.Documents);
            writer.WriteNumber("file_size_bytes"u8, result.File.Length);
            writer.WriteString("exported_at"u8, WireTime.Format(result.ExportedAt));
            if (result.Vectors is { } vectors)
            {
                writer.WriteString("vectors_download_url"u8, address + vectors.Link);
                writer.WriteString("vectors_s3_path"u8, vectors.Location);
            }

            writer.WriteEndObject();
        });
    }
}
