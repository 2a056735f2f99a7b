using EventStore.Server.Blobs;

namespace EventStore.Server.Collections;

/// <summary>A file of an export.</summary>
/// <param name="Key">Where the blob store has it.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Length">In bytes.</param>
internal sealed record ExportedFile(BlobKey Key, string Name, string ContentType, long Length);
