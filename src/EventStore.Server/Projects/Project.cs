namespace EventStore.Server.Projects;

/// <summary>A project: a namespace of datasets, with its settings.</summary>
/// <param name="Id">Its id, as clients send it; never given out twice.</param>
/// <param name="DisplayName">For people.</param>
/// <param name="CreatedAt">UTC.</param>
internal sealed record Project(string Id, string DisplayName, DateTimeOffset CreatedAt)
{
    /// <summary>The organization it belongs to; null for none.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>Where its studio is deployed: a host name or an address.</summary>
    public string? StudioHost { get; init; }

    /// <summary>Where its studio is deployed under a name of its own.</summary>
    public string? ExternalStudioHost { get; init; }

    /// <summary>The operator has closed it.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>The operator has switched it off.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>One of its own administrators has switched it off.</summary>
    public bool IsDisabledByUser { get; init; }

    public bool ActivityFeedEnabled { get; init; } = true;

    /// <summary>How many days of history are to be kept; null for all.</summary>
    public int? MaxRetentionDays { get; init; }

    /// <summary>A JSON object of the clients' own.</summary>
    public string Metadata { get; init; } = "{}";

    public string CreatedBy { get; init; } = "system";

    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Why data calls are refused; null when they are not.</summary>
    public string? Refusal => this switch
    {
        { IsBlocked: true } => $"Project \"{Id}\" is blocked by the operator of this server",
        { IsDisabled: true } => $"Project \"{Id}\" is disabled by the operator of this server",
        { IsDisabledByUser: true } => $"Project \"{Id}\" is disabled by one of its administrators",
        _ => null,
    };
}
