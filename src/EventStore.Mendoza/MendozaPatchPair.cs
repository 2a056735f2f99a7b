namespace EventStore.Mendoza;

/// <summary>The two patches between a pair of documents, each a compact canonical JSON array.</summary>
/// <param name="Apply">Makes the right document from the left one.</param>
/// <param name="Revert">Makes the left document from the right one.</param>
public readonly record struct MendozaPatchPair(byte[] Apply, byte[] Revert);
