namespace EventStore.Server.Assets;

/// <summary>What the path of an asset's content says, as it was written.</summary>
/// <param name="Kind">Image or file.</param>
/// <param name="Project">The project's id.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="FileName">The last segment.</param>
internal sealed record AssetAddress(AssetKind Kind, string Project, string Dataset, string FileName);
