using EventStore.Log.Documents;

namespace EventStore.Log.Transactions;

/// <summary>
/// What one transaction did to one document: two Mendoza patches over the document without <c>_rev</c>. Both are empty
/// when a reader did not ask for them.
/// </summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Apply">From the state before to the state after.</param>
/// <param name="Revert">From the state after to the state before.</param>
public sealed record Effect(DocumentId DocumentId, ReadOnlyMemory<byte> Apply, ReadOnlyMemory<byte> Revert);
