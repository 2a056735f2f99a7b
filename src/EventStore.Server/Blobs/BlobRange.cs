namespace EventStore.Server.Blobs;

/// <summary>A part of a blob, within it and not empty.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct BlobRange(long Offset, long Length)
{
    /// <summary>The last byte.</summary>
    public long Last => Offset + Length - 1;
}
