using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace EventStore.Server.Import;

/// <summary>
/// The body of an import: of any size, at any speed, plain or compressed with gzip. One that breaks off between two
/// lines is found by the runtime's strict validation of compressed data, which the build switches on.
/// </summary>
internal static class ImportBody
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    /// <summary>Lifts the bounds that make sense for small bodies only.</summary>
    public static void Unbound(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        // While a group is written nothing is read, and while a client sends it may not read the progress.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate)
        {
            requestRate.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } responseRate)
        {
            responseRate.MinDataRate = null;
        }
    }

    /// <exception cref="BoomException">415: the body is encoded, and not with gzip.</exception>
    public static async Task<Stream> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip" or "x-gzip"))
        {
            throw new BoomException(
                StatusCodes.Status415UnsupportedMediaType, "The body may be encoded with gzip only");
        }

        return await IsGzipAsync(request.BodyReader, cancellationToken)
            ? new GZipStream(request.BodyReader.AsStream(leaveOpen: true), CompressionMode.Decompress)
            : encoding is "gzip" or "x-gzip"
                ? throw BoomException.BadRequest("The body is not in gzip format")
                : request.BodyReader.AsStream(leaveOpen: true);
    }

    /// <summary>
    /// Reads what is left, for a bounded time: a client that still sends does not look at the answer. One that has
    /// stopped sending does, and waits for its end.
    /// </summary>
    public static async Task DrainAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ServerLimits.ImportDrain);
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        try
        {
            ReadResult read;
            do
            {
                idle.CancelAfter(ServerLimits.ImportDrainIdle);
                read = await request.BodyReader.ReadAsync(idle.Token);
                request.BodyReader.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The answer was sent; more cannot be done for this client.
        }
    }

    private static async Task<bool> IsGzipAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAtLeastAsync(GzipMagic.Length, cancellationToken);
        var isGzip = HasMagic(read);
        reader.AdvanceTo(read.Buffer.Start);
        return isGzip;
    }

    private static bool HasMagic(ReadResult read)
    {
        Span<byte> magic = stackalloc byte[GzipMagic.Length];
        if (read.Buffer.Length < magic.Length)
        {
            return false;
        }

        read.Buffer.Slice(0, magic.Length).CopyTo(magic);
        return magic.SequenceEqual(GzipMagic);
    }
}
