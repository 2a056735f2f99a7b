namespace EventStore.Server.Blobs;

/// <summary>What a store has kept.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">The digest of the content, computed while it passed.</param>
internal sealed record BlobReceipt(long Length, ReadOnlyMemory<byte> Sha256);
