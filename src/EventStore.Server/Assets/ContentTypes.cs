using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace EventStore.Server.Assets;

/// <summary>Media types and the extensions of files.</summary>
internal static class ContentTypes
{
    public const string Unknown = "application/octet-stream";

    private const int MaxExtension = 16;
    private const string UnknownExtension = "bin";

    private static readonly FileExtensionContentTypeProvider Known = new(
        new Dictionary<string, string>(
            new FileExtensionContentTypeProvider().Mappings, StringComparer.OrdinalIgnoreCase)
        {
            [".avif"] = "image/avif",
            [".csv"] = "text/csv",
            [".gz"] = "application/gzip",
            [".heic"] = "image/heic",
            [".heif"] = "image/heif",
            [".js"] = "text/javascript",
            [".m4a"] = "audio/mp4",
            [".md"] = "text/markdown",
            [".mjs"] = "text/javascript",
            [".ndjson"] = "application/x-ndjson",
            [".parquet"] = "application/vnd.apache.parquet",
            [".webmanifest"] = "application/manifest+json",
            [".yaml"] = "application/yaml",
            [".yml"] = "application/yaml",
        });

    /// <summary>The extension where a type has several, or none in the table.</summary>
    private static readonly Dictionary<string, string> Preferred = new(StringComparer.OrdinalIgnoreCase)
    {
        ["application/gzip"] = "gz",
        ["application/msword"] = "doc",
        ["application/pdf"] = "pdf",
        ["application/x-gzip"] = "gz",
        ["application/x-zip-compressed"] = "zip",
        ["application/xml"] = "xml",
        ["application/zip"] = "zip",
        ["audio/mp4"] = "m4a",
        ["audio/mpeg"] = "mp3",
        ["audio/wav"] = "wav",
        ["image/bmp"] = "bmp",
        ["image/jpeg"] = "jpg",
        ["image/jpg"] = "jpg",
        ["image/svg+xml"] = "svg",
        ["image/tiff"] = "tif",
        ["text/html"] = "html",
        ["text/plain"] = "txt",
        ["video/mp4"] = "mp4",
        ["video/mpeg"] = "mpg",
        ["video/quicktime"] = "mov",
    };

    private static readonly HashSet<string> Inert = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/json", "application/pdf", "application/x-ndjson", "text/csv", "text/plain",
    };

    /// <summary>The type of a file by its extension.</summary>
    public static string Of(string extension) =>
        Known.TryGetContentType("." + extension, out var type) ? type : Unknown;

    /// <summary>The extension of a file of this name and type: <c>bin</c> when neither tells.</summary>
    public static string ExtensionOf(string? fileName, string? type)
    {
        var ofName = fileName is null ? string.Empty : Path.GetExtension(fileName).TrimStart('.').ToLowerInvariant();
        if (IsExtension(ofName))
        {
            return ofName;
        }

        var ofType = type is null or Unknown
            ? UnknownExtension
            : Preferred.GetValueOrDefault(type)
                ?? Known.Mappings.Where(entry => entry.Value.Equals(type, StringComparison.OrdinalIgnoreCase))
                    .Select(entry => entry.Key.TrimStart('.').ToLowerInvariant())
                    .Where(IsExtension)
                    .Order(StringComparer.Ordinal)
                    .FirstOrDefault();
        return ofType ?? UnknownExtension;
    }

    /// <summary>
    /// Whether a browser may show what is of this type. Anything else is for saving: what an uploader wrote must not
    /// run as a page of this server.
    /// </summary>
    public static bool MayBeShown(string type) =>
        Inert.Contains(type)
        || type.StartsWith("video/", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase)
        || (type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            && !type.Contains("xml", StringComparison.OrdinalIgnoreCase));

    /// <summary>The type that a header names, in lower case and without parameters; null when there is none.</summary>
    /// <returns>False when the header is not well-formed.</returns>
    public static bool TryParse(string? header, out string? type)
    {
        type = null;
        if (string.IsNullOrWhiteSpace(header))
        {
            return true;
        }

        var isType = MediaTypeHeaderValue.TryParse(header, out var parsed) && !parsed.MatchesAllTypes
            && !parsed.MatchesAllSubTypes;
        type = isType ? parsed!.MediaType.ToString().ToLowerInvariant() : null;
        return isType;
    }

    private static bool IsExtension(string text) =>
        text.Length is >= 1 and <= MaxExtension && text.All(char.IsAsciiLetterOrDigit);
}
