namespace EventStore.Server.Blobs;

/// <summary>What an answer with a blob says of it.</summary>
internal sealed record BlobHeaders
{
    /// <summary>Length of the whole blob, in bytes.</summary>
    public required long Length { get; init; }

    public required string ContentType { get; init; }

    public required string CacheControl { get; init; }

    /// <summary>A text that stands for the content, without quotes; null when none is known.</summary>
    public string? Tag { get; init; }

    /// <summary>The name to save it by, when it is to be saved rather than shown.</summary>
    public string? Attachment { get; init; }
}
