using System.Security.Cryptography;
using EventStore.Server.Blobs;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Assets;

/// <summary>The body of an upload, read whole into a file that is gone when this is disposed of.</summary>
internal sealed class UploadedContent : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private UploadedContent(FileStream file, byte[] sha1, byte[] md5)
    {
        Content = file;
        Sha1 = Convert.ToHexStringLower(sha1);
        Md5 = md5;
        Length = file.Length;
    }

    /// <summary>Can seek.</summary>
    public Stream Content { get; }

    public long Length { get; }

    /// <summary>40 lower-case hexadecimal digits.</summary>
    public string Sha1 { get; }

    public byte[] Md5 { get; }

    /// <summary>Reads a body to its end. One that breaks off leaves nothing.</summary>
    /// <exception cref="DescribedException">400: it is empty; 413: it is longer than allowed; 415: it is
    /// encoded.</exception>
    public static async Task<UploadedContent> ReadAsync(
        HttpRequest request, SpoolFolder spool, long limit, CancellationToken cancellationToken)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            throw Uploads.UnsupportedType("The body must not be encoded");
        }

        if (request.ContentLength > limit)
        {
            throw TooLong(limit);
        }

        var file = spool.Create();
        try
        {
            using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            var buffer = new byte[BufferBytes];
            for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (file.Length + read > limit)
                {
                    throw TooLong(limit);
                }

                sha1.AppendData(buffer, 0, read);
                md5.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            DescribedException.Require(file.Length > 0, "The body is empty: send the content of the asset");
            return new(file, sha1.GetHashAndReset(), md5.GetHashAndReset());
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();

    private static DescribedException TooLong(long limit) => new(
        StatusCodes.Status413PayloadTooLarge, "requestTooLargeError", $"The asset exceeds the limit of {limit} bytes");
}
