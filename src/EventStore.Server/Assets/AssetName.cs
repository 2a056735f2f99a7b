using System.Globalization;
using System.Text.RegularExpressions;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Blobs;

namespace EventStore.Server.Assets;

/// <summary>
/// What identifies an asset: the digest of its content, its size if it is an image, and its extension. Its id and the
/// name of its file say the same in two spellings that clients turn into each other.
/// </summary>
/// <param name="Kind">Image or file.</param>
/// <param name="Sha1">Digest of the content, 40 lower-case hexadecimal digits.</param>
/// <param name="Extension">Lower-case letters and digits; of an image letters only.</param>
internal sealed partial record AssetName(AssetKind Kind, string Sha1, string Extension)
{
    /// <summary>Of an image, in pixels.</summary>
    public (int Width, int Height)? Size { get; init; }

    public DocumentId DocumentId => DocumentId.Parse($"{Kind.Name}-{Sha1}{SizeSuffix}-{Extension}");

    /// <summary>The last segment of its path.</summary>
    public string FileName => $"{Sha1}{SizeSuffix}.{Extension}";

    private string SizeSuffix => Size is { } size
        ? string.Create(CultureInfo.InvariantCulture, $"-{size.Width}x{size.Height}")
        : string.Empty;

    /// <summary>Reads the name of a file; null when no asset is called so.</summary>
    public static AssetName? Parse(AssetKind kind, string fileName)
    {
        var match = (kind == AssetKind.Image ? ImagePattern() : FilePattern()).Match(fileName);
        if (!match.Success)
        {
            return null;
        }

        var name = new AssetName(kind, match.Groups["sha1"].Value, match.Groups["extension"].Value);
        return kind == AssetKind.Image
            ? name with { Size = (Number(match.Groups["width"]), Number(match.Groups["height"])) }
            : name;
    }

    /// <summary>The path of the file below the address of the server, as asset documents have it.</summary>
    public string PathIn(Dataset dataset) => $"{Kind.Folder}/{dataset.ProjectId}/{dataset.Name.Value}/{FileName}";

    /// <summary>
    /// Where its content is kept. The same content under two names is kept once in a dataset; two datasets share
    /// nothing, so that one can be erased without a look at the other.
    /// </summary>
    public static BlobKey BlobOf(int dataset, string sha1) => BlobKey.Of($"{FolderOf(dataset)}/{sha1[..2]}/{sha1}");

    /// <summary>Where all assets of a dataset are kept.</summary>
    public static BlobKey FolderOf(int dataset) =>
        BlobKey.Of(string.Create(CultureInfo.InvariantCulture, $"assets/{dataset}"));

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A(?<sha1>[0-9a-f]{40})-(?<width>[1-9][0-9]{0,8})x(?<height>[1-9][0-9]{0,8})\.(?<extension>[a-z]{1,8})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex ImagePattern();

    [GeneratedRegex(@"\A(?<sha1>[0-9a-f]{40})\.(?<extension>[a-z0-9]{1,16})\z", RegexOptions.CultureInvariant)]
    private static partial Regex FilePattern();
}
