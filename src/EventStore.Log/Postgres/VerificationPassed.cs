namespace EventStore.Log.Postgres;

/// <summary>Everything holds.</summary>
/// <param name="Transactions">Transactions in the log.</param>
/// <param name="Documents">Documents that exist at its end.</param>
/// <param name="Digest">Digest of the last transaction, lower-case hexadecimal.</param>
public sealed record VerificationPassed(long Transactions, long Documents, string Digest) : VerificationStep;
