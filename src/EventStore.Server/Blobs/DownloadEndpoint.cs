using EventStore.Server.Backups;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Blobs;

/// <summary><c>GET /downloads/{link}</c>: what a link made by <see cref="DownloadLinks"/> leads to.</summary>
internal static class DownloadEndpoint
{
    public const string Prefix = "/downloads/";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(Prefix + "{link}", BlobAnswer.Methods, HandleAsync);

    private static async Task HandleAsync(
        HttpContext context, string link, DownloadLinks links, IBlobStore blobs, BackupFiles backups)
    {
        // A link has one spelling: neither escapes nor a query string are taken for the same.
        var isAsWritten = context.Features.Get<IHttpRequestFeature>()?.RawTarget == Prefix + link;
        var download = isAsWritten ? links.Read(link) : null;
        if (download is { Document: not null })
        {
            await backups.SendDocumentAsync(context, download);
            return;
        }

        if (download is null
            || await blobs.FindLengthAsync(download.Key, context.RequestAborted) is not { } length)
        {
            throw NotFound();
        }

        await BlobAnswer.SendAsync(context, blobs, download.Key, new()
        {
            Length = length,
            ContentType = download.ContentType,
            CacheControl = "private, no-store",
            Attachment = download.FileName,
        });
    }

    public static BoomException NotFound() => BoomException.NotFound("The link is not valid, or not any more");
}
