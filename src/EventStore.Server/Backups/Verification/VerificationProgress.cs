namespace EventStore.Server.Backups.Verification;

/// <summary>How far a verification is.</summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Done">How many of them are done.</param>
/// <param name="Of">How many there are.</param>
internal sealed record VerificationProgress(string Unit, long Done, long Of) : VerificationStep;
