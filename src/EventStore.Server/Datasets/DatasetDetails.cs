using EventStore.Log.Postgres;

namespace EventStore.Server.Datasets;

/// <summary>A dataset as the management side shows it.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="UpdatedAt">When its settings last changed; null for never.</param>
/// <param name="Tags">JSON array of the tags assigned to it.</param>
internal sealed record DatasetDetails(Dataset Dataset, DateTimeOffset? UpdatedAt, string Tags);
