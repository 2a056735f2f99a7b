using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EventStore.Server.Blobs;

/// <summary>
/// Sends blobs over HTTP: whole or in part, or only what is known of them (RFC 9110, sections 13 and 14).
/// </summary>
internal static class BlobAnswer
{
    /// <summary>The methods of endpoints that send blobs.</summary>
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <exception cref="BoomException">404: the blob is not there.</exception>
    public static async Task SendAsync(HttpContext context, IBlobStore blobs, BlobKey key, BlobHeaders about)
    {
        var tag = about.Tag is null ? null : new EntityTagHeaderValue($"\"{about.Tag}\"");
        var headers = context.Response.GetTypedHeaders();
        if (tag is not null && IsKnown(context.Request, tag))
        {
            headers.ETag = tag;
            context.Response.Headers.CacheControl = about.CacheControl;
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var range = ReadRange(context.Request, about.Length, tag);
        if (range is { Length: 0 })
        {
            headers.ContentRange = new(about.Length);
            throw new BoomException(
                StatusCodes.Status416RangeNotSatisfiable, $"The file has {about.Length} bytes; the range is outside");
        }

        var isHead = HttpMethods.IsHead(context.Request.Method);
        await using var blob = isHead ? null : await blobs.OpenAsync(key, range, context.RequestAborted)
            ?? throw BoomException.NotFound("The file is missing");
        headers.ETag = tag;
        if (range is { } part)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            headers.ContentRange = new(part.Offset, part.Last, about.Length);
        }

        WriteHeaders(context.Response, about);
        context.Response.ContentLength = range?.Length ?? about.Length;
        if (blob is not null)
        {
            await blob.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private static void WriteHeaders(HttpResponse response, BlobHeaders about)
    {
        response.ContentType = about.ContentType;
        response.Headers.CacheControl = about.CacheControl;
        response.Headers.AcceptRanges = "bytes";
        if (about.Attachment is { } name)
        {
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(name);
            response.Headers.ContentDisposition = disposition.ToString();
        }
    }

    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) => request.GetTypedHeaders().IfNoneMatch
        .Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));

    /// <summary>
    /// The one range asked for; null for all of it, also when several are asked for, which a server may ignore; an
    /// empty one when it lies outside.
    /// </summary>
    private static BlobRange? ReadRange(HttpRequest request, long length, EntityTagHeaderValue? tag)
    {
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Ranges.Count: 1 } range
            || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)
            || !HttpMethods.IsGet(request.Method))
        {
            return null;
        }

        if (request.Headers.IfRange.Count > 0
            && (tag is null || headers.IfRange?.EntityTag?.Compare(tag, useStrongComparison: true) != true))
        {
            return null;
        }

        var asked = range.Ranges.First();
        var (first, last) = (asked.From, asked.To) switch
        {
            ({ } from, { } to) => (from, Math.Min(to, length - 1)),
            ({ } from, null) => (from, length - 1),
            (null, { } count) => (Math.Max(0, length - count), length - 1),
            _ => (0, -1),
        };
        return first > last ? new(0, 0) : new BlobRange(first, last - first + 1);
    }
}
