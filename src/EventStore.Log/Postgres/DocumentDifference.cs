using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>What became of a document between two sequences.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Before">What it was at the earlier one; null when it did not exist there.</param>
/// <param name="After">What it was at the later one; null when it did not exist there.</param>
public sealed record DocumentDifference(DocumentId Id, DocumentSnapshot? Before, DocumentSnapshot? After);
