using System.Buffers;
using System.Buffers.Text;
using System.Text;
using EventStore.Server.Assets;
using EventStore.Server.Backups.Format;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Blobs;
using EventStore.Server.Hosting;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Backups;

/// <summary>
/// A backup as the files that importers take: a JSON text for each document, and the contents of assets. In a document
/// that shows an asset, its file is named in place of the reference, as an archive has it; the asset's own document is
/// left out, since importing the content makes one. All other documents are byte for byte what they were.
/// </summary>
internal sealed class BackupFiles(
    BackupOpening opening, BackupStore store, DownloadLinks links, ServerSettings settings)
{
    private const string DocumentType = "document";

    /// <summary>A page of the files, by the ids of their documents.</summary>
    /// <param name="context">The request: its address is that of the links.</param>
    /// <param name="backup">The backup.</param>
    /// <param name="cursor">What the page before returned; null for the first.</param>
    /// <returns>The files, and the cursor of the next page if there are more.</returns>
    /// <exception cref="BoomException">400: the cursor is none.</exception>
    /// <exception cref="BackupDamagedException">The backup is damaged.</exception>
    public async Task<(IReadOnlyList<BackupFile> Files, string? Next)> ListAsync(
        HttpContext context, StoredBackup backup, string? cursor)
    {
        var archive = await opening.OpenAsync(backup, context.RequestAborted);
        var assets = await archive.AssetsAsync(context.RequestAborted);
        var address = PublicAddress.Of(context, settings);
        var files = new List<BackupFile>();
        var after = ReadCursor(cursor);
        await foreach (var document in archive.ReadDocumentsAsync(after, context.RequestAborted))
        {
            if (files.Count == ServerLimits.BackupFilesPerPage)
            {
                return (files, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(after!)));
            }

            after = document.Id;
            files.Add(Describe(backup, after, assets, address));
        }

        return (files, null);
    }

    /// <summary>Sends the document that a link leads to.</summary>
    /// <exception cref="BoomException">404: the backup is gone.</exception>
    /// <exception cref="BackupDamagedException">The backup is damaged.</exception>
    public async Task SendDocumentAsync(HttpContext context, Download download)
    {
        if (await store.FindByManifestAsync(download.Key.Value, context.RequestAborted) is not { } backup)
        {
            throw DownloadEndpoint.NotFound();
        }

        var archive = await opening.OpenAsync(backup, context.RequestAborted);
        var json = await archive.FindDocumentAsync(download.Document!, context.RequestAborted)
            ?? throw DownloadEndpoint.NotFound();
        var assets = await archive.AssetsAsync(context.RequestAborted);
        var output = new ArrayBufferWriter<byte>(json.Length);
        AssetFileReferences.Write(
            json,
            id => Find(id, assets) is { } asset ? (asset.Name.Kind.Name, PathOf(asset.Name)) : null,
            output);
        context.Response.ContentType = JsonAnswer.ContentType;
        context.Response.ContentLength = output.WrittenCount;
        context.Response.Headers.CacheControl = "private, no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(output.WrittenMemory, context.RequestAborted);
        }
    }

    private BackupFile Describe(
        StoredBackup backup, string id, Dictionary<string, BackedUpAsset> assets, string address)
    {
        var asset = Find(id, assets);
        var download = asset is { } found
            ? new Download(BlobKey.Of(found.Content.Key), found.Name.FileName, "application/octet-stream")
            : new Download(BlobKey.Of(backup.Manifest), id, JsonAnswer.ContentType) { Document = id };
        var (path, _) = links.Create(download, ServerLimits.DownloadLinkLifetime);
        return new(
            asset is null ? $"{id}.json" : download.FileName, address + path, asset?.Name.Kind.Name ?? DocumentType);
    }

    /// <summary>The asset that is the document of an id, if its content is in the backup.</summary>
    private static (AssetName Name, BackedUpAsset Content)? Find(string id, Dictionary<string, BackedUpAsset> assets)
    {
        foreach (var kind in AssetKind.All)
        {
            // The name of the file is the id without the kind, and with a dot before the extension.
            var dash = id.LastIndexOf('-');
            if (dash > kind.Name.Length
                && id.StartsWith(kind.Name + "-", StringComparison.Ordinal)
                && AssetName.Parse(kind, $"{id[(kind.Name.Length + 1)..dash]}.{id[(dash + 1)..]}") is { } name
                && assets.GetValueOrDefault(name.Sha1) is { } content)
            {
                return (name, content);
            }
        }

        return null;
    }

    private static string PathOf(AssetName name) => $"{name.Kind.Folder}/{name.FileName}";

    private static string? ReadCursor(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        return Base64Url.IsValid(cursor)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor))
            : throw BoomException.BadRequest("\"nextCursor\" is none that was given out");
    }
}
