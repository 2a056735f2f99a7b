using EventStore.Server.Auth.Roles;

namespace EventStore.Server.Auth;

/// <summary>Who makes a request. What it may do is for <see cref="AccessPolicy"/> to say.</summary>
internal sealed record Caller
{
    /// <summary>Sent no token.</summary>
    public static readonly Caller Anonymous = new() { Kind = CallerKind.Anonymous, UserId = "<anonymous>" };

    /// <summary>Sent the root token.</summary>
    public static readonly Caller Root = new()
    {
        Kind = CallerKind.Root,
        UserId = "root",
        DisplayName = "Root",
    };

    public required CallerKind Kind { get; init; }

    /// <summary>Opaque id, recorded as author of what the caller writes and changes.</summary>
    public required string UserId { get; init; }

    /// <summary>For people; the label of a token.</summary>
    public string DisplayName { get; init; } = string.Empty;

    /// <summary>The one project the caller's token is good for; null when it belongs to none.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The roles in that project.</summary>
    public IReadOnlyList<Role> Roles { get; init; } = [];

    /// <summary>When the caller's token stops being good; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether nothing is known of who this is.</summary>
    public bool IsAnonymous => Kind == CallerKind.Anonymous;

    /// <summary>Whether this is the operator, who may do everything in every project.</summary>
    public bool IsRoot => Kind == CallerKind.Root;
}
