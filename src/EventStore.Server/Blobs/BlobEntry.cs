namespace EventStore.Server.Blobs;

/// <summary>A blob in a list.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Length">In bytes.</param>
/// <param name="ModifiedAt">When it was put.</param>
internal sealed record BlobEntry(BlobKey Key, long Length, DateTimeOffset ModifiedAt);
