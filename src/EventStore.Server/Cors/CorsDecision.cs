namespace EventStore.Server.Cors;

/// <summary>What pages of an origin may do with the answers of a project.</summary>
/// <param name="IsAllowed">Read them.</param>
/// <param name="WithCredentials">Also when the browser adds what it keeps for this server.</param>
internal readonly record struct CorsDecision(bool IsAllowed, bool WithCredentials);
