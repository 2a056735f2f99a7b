using System.Text.RegularExpressions;
using EventStore.Server.Projects;
using EventStore.Server.Query.Datasets;
using EventStore.Server.Wire;

namespace EventStore.Server.Query;

/// <summary>
/// How a query sees documents of which there are several versions: <c>raw</c> (each by itself), <c>published</c> (the
/// published one), or one layer over the other, where a document is the one of the first layer that has it.
/// </summary>
internal sealed partial record Perspective
{
    /// <summary>From this version of the API on, queries that say nothing see what is published.</summary>
    private static readonly DateOnly PublishedByDefault = new(2025, 2, 19);

    public static readonly Perspective Raw = new() { Name = "raw" };

    public static readonly Perspective Published = new() { Name = "published" };

    private static readonly Perspective Drafts = new()
    {
        Name = "drafts",
        Prefixes = [VersionIds.DraftPrefix, string.Empty],
    };

    /// <summary>As it was asked for.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// What ids begin with in each layer, the first layer first; the published one has an empty prefix. Empty when
    /// there are no layers.
    /// </summary>
    public IReadOnlyList<string> Prefixes { get; private init; } = [];

    public bool IsLayered => Prefixes.Count > 0;

    /// <summary>What a version of the API sees when nothing is asked for.</summary>
    public static Perspective Default(RequestAddress? address) => address?.Version switch
    {
        "X" => Published,
        { } version when DateOnly.TryParse(version, out var date) && date >= PublishedByDefault => Published,
        _ => Raw,
    };

    /// <summary>Reads a perspective: a name, or several separated by commas.</summary>
    /// <exception cref="BoomException">400.</exception>
    public static Perspective Parse(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        if (names is [var single])
        {
            switch (single)
            {
                case "raw":
                    return Raw;
                case "published":
                    return Published;
                case "drafts" or "previewDrafts":
                    return Drafts;
            }
        }

        if (names.Length > ServerLimits.PerspectiveLayers)
        {
            throw BoomException.BadRequest($"\"perspective\" may have {ServerLimits.PerspectiveLayers} layers at most");
        }

        // What is in no layer before is seen as it is published, whether or not that is said.
        var prefixes = names.Select(Prefix).Append(string.Empty).Distinct(StringComparer.Ordinal).ToList();
        return prefixes is [""] ? Published : new() { Name = text, Prefixes = prefixes };
    }

    private static string Prefix(string name) => name switch
    {
        "published" => string.Empty,
        "drafts" => VersionIds.DraftPrefix,
        "raw" or "previewDrafts" => throw BoomException.BadRequest(
            $"\"perspective\": {name} cannot be one of several"),
        _ when ReleasePattern().IsMatch(name) => $"{VersionIds.VersionPrefix}{name}.",
        _ => throw BoomException.BadRequest(
            "\"perspective\" must be raw, published, drafts, or names of releases, drafts and published "
            + "separated by commas"),
    };

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReleasePattern();
}
