namespace EventStore.Server.Datasets;

/// <summary>A second name for a dataset, which can be pointed at another one later.</summary>
/// <param name="Name">Without the leading <c>~</c>, which marks an alias where a dataset is named.</param>
/// <param name="DatasetName">The dataset it stands for; null while it stands for none.</param>
/// <param name="CreatedAt">UTC.</param>
internal sealed record DatasetAlias(string Name, string? DatasetName, DateTimeOffset CreatedAt)
{
    public static bool IsAlias(string name) => name.StartsWith('~');
}
