using EventStore.Server.Auth.Roles;

namespace EventStore.Server.Auth.Tokens;

/// <summary>A token as the database knows it, and whom it speaks for.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Digest">What the secret's HMAC must be.</param>
/// <param name="Pepper">Which pepper the HMAC was made with.</param>
/// <param name="ExpiresAt">When it stops being good; null for never.</param>
/// <param name="LastUsedAt">About when it was last used; null for never.</param>
/// <param name="RobotId">Whom it speaks for.</param>
/// <param name="ProjectId">The project it is good for.</param>
/// <param name="Label">What its makers call it.</param>
/// <param name="Roles">The roles in the project.</param>
internal sealed record StoredToken(
    string Id,
    byte[] Digest,
    byte[] Pepper,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string RobotId,
    string ProjectId,
    string Label,
    IReadOnlyList<Role> Roles);
