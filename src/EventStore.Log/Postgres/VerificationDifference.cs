using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>The first thing that does not hold.</summary>
/// <param name="Sequence">The transaction it was found at, if it was found at one.</param>
/// <param name="DocumentId">The document it is about, if it is about one.</param>
/// <param name="Description">What differs.</param>
public sealed record VerificationDifference(long? Sequence, DocumentId? DocumentId, string Description)
    : VerificationStep;
