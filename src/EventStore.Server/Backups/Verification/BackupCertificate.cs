using System.Text.Json.Nodes;

namespace EventStore.Server.Backups.Verification;

/// <summary>A verification that succeeded.</summary>
/// <param name="Json">What was checked, when, and with which digests; signed by the server.</param>
internal sealed record BackupCertificate(JsonObject Json) : VerificationStep;
