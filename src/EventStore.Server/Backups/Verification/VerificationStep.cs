namespace EventStore.Server.Backups.Verification;

/// <summary>A step of the verification of a backup.</summary>
internal abstract record VerificationStep;
