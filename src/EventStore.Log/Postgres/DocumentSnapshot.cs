using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>A document as it was at some sequence.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sequence">The transaction that made this state.</param>
/// <param name="Revision">That transaction's id.</param>
/// <param name="Content">Canonical JSON without <c>_rev</c>; never empty.</param>
public sealed record DocumentSnapshot(DocumentId Id, long Sequence, string Revision, ReadOnlyMemory<byte> Content);
