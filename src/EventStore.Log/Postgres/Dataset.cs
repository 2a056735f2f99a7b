using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>A dataset: the unit of the log, its order and its guarantees.</summary>
/// <param name="Number">Surrogate key, never reused.</param>
/// <param name="ProjectId">The project it belongs to.</param>
/// <param name="Name">Its name within the project.</param>
/// <param name="AclMode"><c>public</c>, <c>private</c> or <c>custom</c>.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CreatedBy">Opaque user id.</param>
public sealed record Dataset(
    int Number,
    string ProjectId,
    DatasetName Name,
    string AclMode,
    DateTimeOffset CreatedAt,
    string CreatedBy)
{
    /// <summary>For people; null for none.</summary>
    public string? Description { get; init; }
}
