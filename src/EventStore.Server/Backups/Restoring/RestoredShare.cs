using EventStore.Log.Documents;

namespace EventStore.Server.Backups.Restoring;

/// <summary>Some of the documents of a backup.</summary>
/// <param name="Includes">Whether a document of this id would be among them.</param>
/// <param name="Documents">Those that exist, by ascending id, without <c>_rev</c>.</param>
internal readonly record struct RestoredShare(
    Func<string, bool> Includes, IAsyncEnumerable<(DocumentId Id, ReadOnlyMemory<byte> Content)> Documents);
