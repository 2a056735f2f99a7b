namespace EventStore.Server.Auth.Roles;

/// <summary>A named set of rights in a project.</summary>
internal sealed record Role
{
    /// <summary>Unique within its project.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Title { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>Whether a project made it for itself.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Whether people may have it.</summary>
    public bool AppliesToUsers { get; init; } = true;

    /// <summary>Whether tokens may have it.</summary>
    public bool AppliesToRobots { get; init; } = true;

    /// <summary>Rights on the management side.</summary>
    public required IReadOnlySet<Permission> Permissions { get; init; }

    /// <summary>Rights on documents.</summary>
    public required IReadOnlyList<DocumentGrant> Documents { get; init; }
}
