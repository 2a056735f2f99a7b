using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace EventStore.Server.Blobs;

/// <summary>
/// Blobs as objects of a bucket. What is longer than a part is sent in parts, of which one at a time is in memory; S3
/// shows the object when all of them have come.
/// </summary>
internal sealed class S3BlobStore : IBlobStore, IDisposable
{
    /// <summary>S3 takes up to 10,000 parts of at least 5 MiB, so this is good for objects of 80 GB.</summary>
    private const int PartBytes = 8 * 1024 * 1024;

    private const int Attempts = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly string _prefix;

    public S3BlobStore(S3Location location)
    {
        var config = new AmazonS3Config
        {
            // Checksums of every request are not understood by all servers that speak the protocol.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = Attempts - 1,
            Timeout = Patience,
            AuthenticationRegion = location.Region,
        };
        if (location.Endpoint is { } endpoint)
        {
            // A bucket in the host name would need name service for every bucket.
            (config.ServiceURL, config.ForcePathStyle) = (endpoint, true);
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(location.Region);
        }

        _client = location.AccessKey is { } access
            ? new(new BasicAWSCredentials(access, location.SecretKey!), config)
            : new(config);
        _bucket = location.Bucket;
        _prefix = location.Prefix.Length > 0 ? location.Prefix + "/" : string.Empty;
    }

    public Task<BlobReceipt> PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            using var digested = new DigestedContent(content);
            var part = new byte[PartBytes];
            var length = await digested.FillAsync(part, cancellationToken);
            if (length < part.Length)
            {
                using var body = new MemoryStream(part, 0, length);
                var request = new PutObjectRequest
                {
                    BucketName = _bucket,
                    Key = NameOf(key),
                    InputStream = body,
                    AutoCloseStream = false,
                    UseChunkEncoding = false,
                };
                await _client.PutObjectAsync(request, cancellationToken);
            }
            else
            {
                await PutPartsAsync(NameOf(key), digested, part, cancellationToken);
            }

            return digested.Finish();
        });

    public Task<Blob?> OpenAsync(BlobKey key, BlobRange? range, CancellationToken cancellationToken) =>
        CallAsync<Blob?>(async () =>
        {
            var request = new GetObjectRequest { BucketName = _bucket, Key = NameOf(key) };
            if (range is { } part)
            {
                request.ByteRange = new(part.Offset, part.Last);
            }

            try
            {
                var response = await _client.GetObjectAsync(request, cancellationToken);
                return new(response.ResponseStream, range?.Length ?? response.ContentLength);
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        });

    public Task<long?> FindLengthAsync(BlobKey key, CancellationToken cancellationToken) => CallAsync<long?>(async () =>
    {
        try
        {
            return (await _client.GetObjectMetadataAsync(_bucket, NameOf(key), cancellationToken)).ContentLength;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    });

    public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken) =>
        CallAsync(() => _client.DeleteObjectAsync(_bucket, NameOf(key), cancellationToken));

    public async IAsyncEnumerable<BlobEntry> ListAsync(
        BlobKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = NameOf(folder) + "/" };
        ListObjectsV2Response page;
        do
        {
            page = await CallAsync(() => _client.ListObjectsV2Async(request, cancellationToken));
            foreach (var entry in page.S3Objects ?? [])
            {
                if (BlobKey.TryParse(entry.Key[_prefix.Length..], out var key))
                {
                    yield return new(key, entry.Size ?? 0, entry.LastModified?.ToUniversalTime() ?? default);
                }
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    public void Dispose() => _client.Dispose();

    private async Task PutPartsAsync(
        string name, DigestedContent content, byte[] part, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = name };
        var upload = (await _client.InitiateMultipartUploadAsync(begin, cancellationToken)).UploadId;
        try
        {
            var tags = new List<PartETag>();
            for (var length = part.Length; length > 0; length = await content.FillAsync(part, cancellationToken))
            {
                using var body = new MemoryStream(part, 0, length);
                var number = tags.Count + 1;
                var request = new UploadPartRequest
                {
                    BucketName = _bucket,
                    Key = name,
                    UploadId = upload,
                    PartNumber = number,
                    PartSize = length,
                    InputStream = body,
                    UseChunkEncoding = false,
                };
                tags.Add(new(number, (await _client.UploadPartAsync(request, cancellationToken)).ETag));
            }

            await _client.CompleteMultipartUploadAsync(
                new() { BucketName = _bucket, Key = name, UploadId = upload, PartETags = tags }, cancellationToken);
        }
        catch
        {
            await AbortAsync(name, upload);
            throw;
        }
    }

    /// <summary>What cannot be given up now is left to the bucket's own rule for unfinished uploads.</summary>
    private async Task AbortAsync(string name, string upload)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(_bucket, name, upload, CancellationToken.None);
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException
            or HttpRequestException or IOException or OperationCanceledException)
        {
            // The failure that led here is the one to report.
        }
    }

    private string NameOf(BlobKey key) => _prefix + key.Value;

    private static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException
            or HttpRequestException)
        {
            throw new BlobStoreException("The storage that keeps files does not answer as it should", exception);
        }
    }
}
