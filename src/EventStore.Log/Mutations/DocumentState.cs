namespace EventStore.Log.Mutations;

/// <summary>A document at one point of the log.</summary>
/// <param name="Content">Canonical JSON without <c>_rev</c>; empty when the document does not exist.</param>
/// <param name="Revision">Its revision; null when it does not exist.</param>
public readonly record struct DocumentState(ReadOnlyMemory<byte> Content, string? Revision);
