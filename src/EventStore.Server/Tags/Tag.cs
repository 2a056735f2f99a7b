namespace EventStore.Server.Tags;

/// <summary>A mark that datasets of a project can be given.</summary>
/// <param name="Id">Made by the server, never changes.</param>
/// <param name="Name">Its identifier in paths; unique within the project.</param>
/// <param name="Title">For people.</param>
/// <param name="CreatedAt">UTC.</param>
internal sealed record Tag(string Id, string Name, string Title, DateTimeOffset CreatedAt)
{
    public string? Description { get; init; }

    /// <summary>A JSON object; <c>color</c> is the one key that clients know.</summary>
    public string Metadata { get; init; } = "{}";

    public DateTimeOffset UpdatedAt { get; init; } = CreatedAt;

    /// <summary>Names of the datasets that carry it.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];
}
