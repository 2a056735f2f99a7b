using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>What a transaction does to one document.</summary>
/// <param name="Id">The document.</param>
/// <param name="Before">Its state before the transaction.</param>
/// <param name="After">Canonical JSON without <c>_rev</c>; empty when the document does not exist afterwards.</param>
/// <param name="Operation"><c>create</c>, <c>update</c>, <c>delete</c>, or <c>none</c> when nothing changes.</param>
public sealed record DocumentChange(
    DocumentId Id, DocumentState Before, ReadOnlyMemory<byte> After, string Operation)
{
    /// <summary>Whether the document is another one afterwards.</summary>
    public bool HasEffect => Operation != "none";
}
