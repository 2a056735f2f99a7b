using EventStore.Server.Blobs;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Assets;

/// <summary>
/// <c>GET /images/{project}/{dataset}/{file}</c> and <c>/files/…</c>: the content of an asset. Clients send no token
/// for it, not even for private datasets, so the name is the key: nobody can guess a digest, and only who may read the
/// document, or has the file, can know it. While the document is deleted, its content is history and takes the right to
/// see that.
/// </summary>
internal static class AssetFileEndpoint
{
    private const string Sandbox = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
    private const string PublicCache = "public, max-age=31536000, immutable";

    /// <summary>Shorter, since a dataset that is private now should not be read from caches for a year.</summary>
    private const string PrivateCache = "private, max-age=3600";

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var kind in AssetKind.All)
        {
            routes.MapMethods(
                $"/{kind.Folder}/{{project}}/{{dataset}}/{{file}}",
                BlobAnswer.Methods,
                (
                    HttpContext context, string project, string dataset, string file, AssetFiles files,
                    IBlobStore blobs) =>
                    HandleAsync(context, new(kind, project, dataset, file), files, blobs));
        }
    }

    private static async Task HandleAsync(
        HttpContext context, AssetAddress address, AssetFiles files, IBlobStore blobs)
    {
        var asset = await files.FindAsync(context, address);
        var query = QueryParameters.Of(context.Request);
        var type = ContentTypes.Of(asset.Name.Extension);
        var headers = context.Response.Headers;
        headers["x-sanity-sha1"] = asset.Name.Sha1;
        headers["x-sanity-md5"] = Convert.ToHexStringLower(asset.Row.Md5);

        // Whatever page shows it may read it too: nothing that a browser would add opens it, only the address.
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (type != "application/pdf")
        {
            // The browsers' viewers of PDF do not work in a sandbox, and have their own.
            headers.ContentSecurityPolicy = Sandbox;
        }

        await BlobAnswer.SendAsync(context, blobs, AssetName.BlobOf(asset.Dataset.Number, asset.Name.Sha1), new()
        {
            Length = asset.Row.Length,
            ContentType = type,
            CacheControl = asset.Dataset.AclMode == "public" ? PublicCache : PrivateCache,
            Tag = asset.Name.Sha1,
            Attachment = AttachmentName(query, asset, type),
        });
    }

    private static string? AttachmentName(QueryParameters query, AssetFile asset, string type)
    {
        var name = query.Text("dl");
        if (name?.Length > ServerLimits.AssetTextLength)
        {
            throw BoomException.BadRequest($"\"dl\" is longer than {ServerLimits.AssetTextLength} characters");
        }

        var isSaved = query.Contains("dl") || !ContentTypes.MayBeShown(type);
        return (name is null ? null : FileNames.WithoutFolders(name))
            ?? (isSaved ? asset.OriginalFileName ?? asset.Name.FileName : null);
    }
}
