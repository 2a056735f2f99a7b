using EventStore.Log.Documents;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>A document that an attribute index gave.</summary>
/// <param name="Range">Which of the ranges it lies in; -1 for one that was changed since the index was true.</param>
/// <param name="Id">The document.</param>
/// <param name="Key">Its key in the index; empty for a changed one.</param>
/// <param name="Snapshot">The document as of the sequence asked for; null when it was not read, or has to be rebuilt or
/// is deleted.</param>
public sealed record AttributeCandidate(int Range, DocumentId Id, ReadOnlyMemory<byte> Key, DocumentSnapshot? Snapshot);
