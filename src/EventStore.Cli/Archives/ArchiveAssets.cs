using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Server.Wire;

namespace EventStore.Cli.Archives;

/// <summary>Finds the assets of an export, and what an archive tells of each.</summary>
internal sealed class ArchiveAssets(EventStoreConnection server, string dataset)
{
    // What follows from the content, or belongs to where it was stored.
    private static readonly string[] Omitted =
        ["_id", "_type", "assetId", "extension", "mimeType", "path", "uploadId", "url"];

    private readonly Dictionary<string, AssetName> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _described = new(StringComparer.Ordinal);

    /// <summary>The assets whose contents the server has, by id.</summary>
    public IReadOnlyDictionary<string, AssetName> Names => _names;

    /// <summary>Ids of the assets whose contents it does not have.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Whether a line can be the document of an asset; most are told by a look at their bytes.</summary>
    public static bool MayBeAsset(ReadOnlySpan<byte> line) =>
        line.IndexOf("\"_type\":\"sanity.imageAsset\""u8) >= 0 || line.IndexOf("\"_type\":\"sanity.fileAsset\""u8) >= 0;

    /// <summary>Takes a document if it is that of an asset.</summary>
    /// <param name="line">The document.</param>
    /// <param name="descriptions">Receives what the archive tells of the asset.</param>
    /// <param name="cancellation">Ends the requests.</param>
    public async Task<bool> TryTakeAsync(
        ReadOnlyMemory<byte> line, Utf8JsonWriter descriptions, CancellationToken cancellation)
    {
        using var json = JsonDocument.Parse(line, RawJson.Options);
        var document = json.RootElement;
        if (RawJson.Text(document, "_type") is not ("sanity.imageAsset" or "sanity.fileAsset")
            || RawJson.Text(document, "_id") is not { } id)
        {
            return false;
        }

        if (AssetName.Parse(id) is not { } name || await FindAsync(document, cancellation) is not { } path)
        {
            Missing.Add(id);
            return true;
        }

        _names.Add(id, name);
        _paths.Add(id, path);
        if (_described.Add(name.Key))
        {
            descriptions.WritePropertyName(name.Key);
            descriptions.WriteStartObject();
            foreach (var member in document.EnumerateObject().Where(member => !Omitted.Any(member.NameEquals)))
            {
                descriptions.WritePropertyName(member.Name);
                descriptions.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
            }

            descriptions.WriteEndObject();
        }

        return true;
    }

    /// <summary>The path of an asset's content on the server.</summary>
    public string PathOf(AssetName name) => _paths[name.DocumentId];

    /// <summary>
    /// Content belongs to a dataset, and a document that came from another one still names that: hence first the same
    /// file in the dataset that is exported.
    /// </summary>
    private async Task<string?> FindAsync(JsonElement document, CancellationToken cancellation)
    {
        if (RawJson.Text(document, "path")?.Split('/') is not [("images" or "files"), _, _, _] parts)
        {
            return null;
        }

        var own = $"/{string.Join('/', new[] { parts[0], parts[1], dataset, parts[3] }.Select(Uri.EscapeDataString))}";
        if (await server.ExistsAsync(own, cancellation))
        {
            return own;
        }

        var named = $"/{string.Join('/', parts.Select(Uri.EscapeDataString))}";
        return named != own && await server.ExistsAsync(named, cancellation) ? named : null;
    }
}
