using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Reference;

/// <summary>
/// <c>/openapi.json</c>, and at <c>/docs</c> a page that shows it. Both are the same for everybody and need nothing
/// from any other host.
/// </summary>
internal static class ReferenceEndpoints
{
    private const string Resources = "reference/";

    /// <summary>The page may load its own files and the document, and nothing else.</summary>
    private const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openapi.json", SendDocumentAsync);
        MapFile(routes, "/docs", "docs.html", "text/html; charset=utf-8");
        MapFile(routes, "/docs/docs.js", "docs.js", "text/javascript; charset=utf-8");
        MapFile(routes, "/docs/docs.css", "docs.css", "text/css; charset=utf-8");
    }

    private static async Task<IResult> SendDocumentAsync(ApiReference reference) =>
        Results.Bytes(await reference.ReadAsync(), "application/json; charset=utf-8");

    private static void MapFile(IEndpointRouteBuilder routes, string path, string resource, string type)
    {
        using var stream = typeof(ReferenceEndpoints).Assembly.GetManifestResourceStream(Resources + resource)
            ?? throw new InvalidOperationException($"The program lacks its file {resource}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        routes.MapGet(path, IResult (HttpResponse response) =>
        {
            response.Headers.ContentSecurityPolicy = ContentPolicy;
            return Results.Bytes(bytes, type);
        }).ExcludeFromDescription();
    }
}
