using System.Text.RegularExpressions;

namespace EventStore.Cli.Archives;

/// <summary>What the id of an asset's document says: <c>image-{sha1}-{width}x{height}-{extension}</c>, or
/// <c>file-{sha1}-{extension}</c>.</summary>
/// <param name="DocumentId">The id.</param>
/// <param name="Kind"><c>image</c> or <c>file</c>.</param>
/// <param name="Sha1">Digest of the content, in lower-case hexadecimal digits.</param>
/// <param name="FileName">The name of its file.</param>
internal sealed partial record AssetName(string DocumentId, string Kind, string Sha1, string FileName)
{
    /// <summary>The path of its file in an archive, below the folder of the documents.</summary>
    public string Path => $"{Kind}s/{FileName}";

    /// <summary>The key under which an archive tells of it.</summary>
    public string Key => $"{Kind}-{Sha1}";

    public static AssetName? Parse(string id)
    {
        var match = Pattern().Match(id);
        if (!match.Success)
        {
            return null;
        }

        var (kind, digest, size) = (match.Groups["kind"].Value, match.Groups["sha1"].Value, match.Groups["size"].Value);
        return (kind == "image") == (size.Length > 0)
            ? new(id, kind, digest, $"{digest}{size}.{match.Groups["extension"].Value}")
            : null;
    }

    /// <summary>The digest that the name of a file begins with; null when it begins with none.</summary>
    public static string? DigestIn(string fileName) =>
        DigestPattern().Match(fileName) is { Success: true } match ? match.Groups["sha1"].Value : null;

    [GeneratedRegex(
        @"\A(?<kind>image|file)-(?<sha1>[0-9a-f]{40})(?<size>-[0-9]{1,9}x[0-9]{1,9})?-(?<extension>[a-z0-9]{1,16})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A(?<sha1>[0-9a-f]{40})[-.]", RegexOptions.CultureInvariant)]
    private static partial Regex DigestPattern();
}
