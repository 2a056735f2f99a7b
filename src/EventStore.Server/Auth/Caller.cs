namespace EventStore.Server.Auth;

/// <summary>Who makes a request.</summary>
/// <param name="UserId">Opaque id, recorded as author of what the caller writes.</param>
/// <param name="IsAdministrator">May do everything.</param>
/// <param name="ProjectId">The project the caller's token belongs to; null when it belongs to none.</param>
internal sealed record Caller(string UserId, bool IsAdministrator, string? ProjectId)
{
    /// <summary>Sent no token.</summary>
    public static readonly Caller Anonymous = new("<anonymous>", false, null);

    /// <summary>Sent the root token.</summary>
    public static readonly Caller Root = new("root", true, null);
}
