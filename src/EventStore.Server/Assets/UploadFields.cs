using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Assets;

/// <summary>What the query string of an upload says of the asset.</summary>
internal sealed record UploadFields
{
    /// <summary>Kinds of metadata that clients ask for. What is read from an image's header is always there, the others
    /// would take its pixels and are never.</summary>
    private static readonly HashSet<string> MetadataKinds = new(StringComparer.Ordinal)
    {
        "blurhash", "exif", "image", "location", "lqip", "none", "palette", "thumbhash",
    };

    /// <summary>The name of the file where it comes from, without folders.</summary>
    public string? FileName { get; init; }

    /// <summary>Other fields of the document, by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Texts { get; init; } = [];

    /// <summary>Where the asset was found, by name of the field; empty when nothing is said.</summary>
    public IReadOnlyList<(string Name, string Value)> Source { get; init; } = [];

    /// <exception cref="BoomException">400: a parameter is not valid.</exception>
    public static UploadFields Read(HttpRequest request)
    {
        var query = QueryParameters.Of(request);
        foreach (var kind in request.Query["meta"].SelectMany(text => (text ?? string.Empty).Split(',')))
        {
            if (kind.Length > 0 && !MetadataKinds.Contains(kind))
            {
                throw BoomException.BadRequest($"\"meta\" must be of {string.Join(", ", MetadataKinds.Order())}");
            }
        }

        return new()
        {
            FileName = Text(query, "filename") is { } name ? FileNames.WithoutFolders(name) : null,
            Texts = Given(query, ("label", "label"), ("title", "title"), ("description", "description"),
                ("creditLine", "creditLine")),
            Source = Given(query, ("sourceId", "id"), ("sourceName", "name"), ("sourceUrl", "url")),
        };
    }

    private static List<(string Name, string Value)> Given(
        QueryParameters query, params ReadOnlySpan<(string Parameter, string Field)> names)
    {
        var given = new List<(string, string)>();
        foreach (var (parameter, field) in names)
        {
            if (Text(query, parameter) is { } value)
            {
                given.Add((field, value));
            }
        }

        return given;
    }

    private static string? Text(QueryParameters query, string name)
    {
        var text = query.Text(name);
        if (text?.Length > ServerLimits.AssetTextLength)
        {
            throw BoomException.BadRequest(
                $"\"{name}\" is longer than {ServerLimits.AssetTextLength} characters");
        }

        // Half a surrogate pair cannot be stored, and stands for nothing.
        return text is null || text.EnumerateRunes().All(rune => rune != System.Text.Rune.ReplacementChar)
            ? text
            : throw BoomException.BadRequest($"\"{name}\" is not well-formed text");
    }
}
