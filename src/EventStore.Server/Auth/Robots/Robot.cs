namespace EventStore.Server.Auth.Robots;

/// <summary>
/// Who a token speaks for. It keeps its name when its token is gone, because the log names it as author.
/// </summary>
internal sealed record Robot
{
    /// <summary>Opaque; the author of what is written with the token.</summary>
    public required string Id { get; init; }

    /// <summary>The project it belongs to.</summary>
    public required string ProjectId { get; init; }

    /// <summary>For people.</summary>
    public required string Label { get; init; }

    /// <summary>Names of its roles in the project.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>User id of who made it.</summary>
    public required string CreatedBy { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether its token was deleted.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>When its token stops being good; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>About when its token was last used; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
