namespace EventStore.Server.Blobs;

/// <summary>What keeps the blobs cannot be used now; it may be later.</summary>
internal sealed class BlobStoreException(string message, Exception inner) : Exception(message, inner);
