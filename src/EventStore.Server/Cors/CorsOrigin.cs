namespace EventStore.Server.Cors;

/// <summary>An origin whose pages may read a project's answers.</summary>
/// <param name="Id">Number of the entry.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="Pattern">Which origins.</param>
/// <param name="AllowCredentials">Whether they may send what the browser keeps for this server.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
internal sealed record CorsOrigin(
    int Id,
    string ProjectId,
    OriginPattern Pattern,
    bool AllowCredentials,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
