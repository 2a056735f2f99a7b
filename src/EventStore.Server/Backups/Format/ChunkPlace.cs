namespace EventStore.Server.Backups.Format;

/// <summary>Where a chunk of documents is in its part.</summary>
/// <param name="LastId">Its last document, as bytes.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Sha256">Their digest.</param>
internal readonly record struct ChunkPlace(
    ReadOnlyMemory<byte> LastId, long Offset, int Length, ReadOnlyMemory<byte> Sha256);
