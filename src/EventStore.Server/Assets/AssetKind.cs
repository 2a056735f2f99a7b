namespace EventStore.Server.Assets;

/// <summary>The two kinds of assets, and what they are called in paths, ids and documents.</summary>
/// <param name="Name">What ids begin with.</param>
/// <param name="Folder">The segment of paths.</param>
/// <param name="DocumentType">The <c>_type</c> of asset documents.</param>
internal sealed record AssetKind(string Name, string Folder, string DocumentType)
{
    public static readonly AssetKind Image = new("image", "images", "sanity.imageAsset");

    public static readonly AssetKind File = new("file", "files", "sanity.fileAsset");

    public static readonly IReadOnlyList<AssetKind> All = [Image, File];
}
