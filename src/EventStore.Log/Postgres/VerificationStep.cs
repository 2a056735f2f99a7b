using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>What a verification reports while it runs, and at its end.</summary>
public abstract record VerificationStep;

/// <summary>How far the replay has come.</summary>
/// <param name="Sequence">The last transaction that was checked.</param>
/// <param name="Of">The last one there was when the verification began.</param>
public sealed record VerificationProgress(long Sequence, long Of) : VerificationStep;

/// <summary>Everything holds.</summary>
/// <param name="Transactions">Transactions in the log.</param>
/// <param name="Documents">Documents that exist at its end.</param>
/// <param name="Digest">Digest of the last transaction, lower-case hexadecimal.</param>
public sealed record VerificationPassed(long Transactions, long Documents, string Digest) : VerificationStep;

/// <summary>The first thing that does not hold.</summary>
/// <param name="Sequence">The transaction it was found at, if it was found at one.</param>
/// <param name="DocumentId">The document it is about, if it is about one.</param>
/// <param name="Description">What differs.</param>
public sealed record VerificationDifference(long? Sequence, DocumentId? DocumentId, string Description)
    : VerificationStep;
