using EventStore.Log.Postgres;

namespace EventStore.Server.Assets;

/// <summary>An asset whose content may be sent.</summary>
/// <param name="Dataset">Where it is.</param>
/// <param name="Name">Which it is.</param>
/// <param name="Row">What is known of its content.</param>
/// <param name="OriginalFileName">What it was called where it came from, if its document says so.</param>
internal sealed record AssetFile(Dataset Dataset, AssetName Name, AssetRow Row, string? OriginalFileName);
