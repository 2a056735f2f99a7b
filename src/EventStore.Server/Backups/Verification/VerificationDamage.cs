namespace EventStore.Server.Backups.Verification;

/// <summary>A verification that failed.</summary>
/// <param name="Description">What does not hold.</param>
internal sealed record VerificationDamage(string Description) : VerificationStep;
