using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Wire;

/// <summary>Reads a whole request body within a limit.</summary>
internal static class RequestBody
{
    private const int FirstBytes = 64 * 1024;

    /// <exception cref="DescribedException">413: the body is longer than <paramref name="limit"/>.</exception>
    /// <exception cref="BoomException">415: the body is encoded.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            throw new BoomException(StatusCodes.Status415UnsupportedMediaType, "The body must not be encoded");
        }

        if (request.ContentLength > limit)
        {
            throw TooLong(limit);
        }

        // The announced length is not trusted with memory: the buffer grows with what really comes.
        var buffer = new byte[(int)Math.Min(request.ContentLength + 1 ?? FirstBytes, FirstBytes)];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, limit + 1L));
            }

            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            length += read;
            if (length > limit)
            {
                throw TooLong(limit);
            }
        }
    }

    private static DescribedException TooLong(int limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        "requestTooLargeError",
        $"Request body exceeds limit of {limit.ToString(CultureInfo.InvariantCulture)} bytes");
}
