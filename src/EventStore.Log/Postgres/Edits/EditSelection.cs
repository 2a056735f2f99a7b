using EventStore.Log.Documents;

namespace EventStore.Log.Postgres.Edits;

/// <summary>Edits of documents that are looked at together: what some transactions did.</summary>
/// <param name="First">Sequence of the first transaction.</param>
/// <param name="Last">Sequence of the last one, itself included.</param>
/// <param name="Author">Only transactions of this author; null for all.</param>
/// <param name="Documents">Only these documents; null for all.</param>
public sealed record EditSelection(
    long First, long Last, string? Author = null, IReadOnlyList<DocumentId>? Documents = null);
