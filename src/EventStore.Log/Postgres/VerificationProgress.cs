namespace EventStore.Log.Postgres;

/// <summary>How far the replay has come.</summary>
/// <param name="Sequence">The last transaction that was checked.</param>
/// <param name="Of">The last one there was when the verification began.</param>
public sealed record VerificationProgress(long Sequence, long Of) : VerificationStep;
