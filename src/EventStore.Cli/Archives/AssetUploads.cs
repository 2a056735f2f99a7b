using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventStore.Server.Wire;

namespace EventStore.Cli.Archives;

/// <summary>Puts the assets of an archive into a dataset, unless they are there.</summary>
internal sealed class AssetUploads(JsonRequests requests, ArchiveFiles files)
{
    private const int LookUpCount = 100;

    // What follows from the content, or belongs to the document alone.
    private static readonly string[] Own =
    [
        "_createdAt", "_id", "_rev", "_type", "_updatedAt", "assetId", "extension", "mimeType", "path", "sha1hash",
        "size", "uploadId", "url",
    ];

    private readonly Dictionary<ArchivedFile, string> _ids = [];
    private JsonDocument? _descriptions;

    /// <summary>How many were not there.</summary>
    public int Uploaded { get; private set; }

    /// <summary>The ids of the assets' documents.</summary>
    public IReadOnlyDictionary<ArchivedFile, string> Ids => _ids;

    /// <exception cref="CommandFailure">The server refused one of them.</exception>
    public async Task RunAsync(IReadOnlyList<ArchivedFile> all, Action<int> report, CancellationToken cancellation)
    {
        _descriptions = await ReadDescriptionsAsync(cancellation);
        foreach (var part in all.Chunk(LookUpCount))
        {
            using var found = await FindAsync(part, cancellation);
            foreach (var file in part)
            {
                await KeepAsync(file, found.RootElement.GetProperty("result"), cancellation);
                report(_ids.Count);
            }
        }
    }

    private async Task<JsonDocument?> ReadDescriptionsAsync(CancellationToken cancellation)
    {
        if (files.Descriptions is not { } path)
        {
            return null;
        }

        try
        {
            await using var file = File.OpenRead(path);
            var json = await JsonDocument.ParseAsync(file, RawJson.Options, cancellation);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json
                : throw new JsonException("it is no object");
        }
        catch (JsonException failure)
        {
            throw new CommandFailure($"assets.json of the archive is damaged: {failure.Message}", failure);
        }
    }

    private Task<JsonDocument> FindAsync(ArchivedFile[] part, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["query"] = "*[_type in $types && sha1hash in $digests] | order(_id)",
            ["params"] = new Dictionary<string, object>
            {
                ["types"] = new[] { "sanity.imageAsset", "sanity.fileAsset" },
                ["digests"] = part.Select(DigestOf).Distinct().ToArray(),
            },
        });
        return requests.PostAsync(
            $"/v2025-02-19/data/query/{requests.Dataset}?perspective=raw", body, cancellation);
    }

    private string DigestOf(ArchivedFile file) => files.Find(file)!.Value.Sha1;

    private async Task KeepAsync(ArchivedFile file, JsonElement known, CancellationToken cancellation)
    {
        var key = $"{file.Kind}-{DigestOf(file)}";
        var description = _descriptions?.RootElement.TryGetProperty(key, out var told) == true
            ? told
            : default(JsonElement?);
        foreach (var document in known.EnumerateArray())
        {
            if (RawJson.Text(document, "sha1hash") == DigestOf(file)
                && RawJson.Text(document, "_type") == $"sanity.{file.Kind}Asset"
                && RawJson.Text(document, "path") is { } path
                && await requests.Server.ExistsAsync($"/{path}", cancellation))
            {
                _ids.Add(file, RawJson.Text(document, "_id")!);
                await DescribeAsync(document, description, isNew: false, cancellation);
                return;
            }
        }

        using var uploaded = await UploadAsync(file, description, cancellation);
        var made = uploaded.RootElement.GetProperty("document");
        _ids.Add(file, RawJson.Text(made, "_id")!);
        Uploaded++;
        await DescribeAsync(made, description, isNew: true, cancellation);
    }

    private async Task<JsonDocument> UploadAsync(
        ArchivedFile file, JsonElement? description, CancellationToken cancellation)
    {
        var name = description is { } told && RawJson.Text(told, "originalFilename") is { } original
            ? original
            : NameWithExtension(file);
        await using var stream = File.OpenRead(files.Find(file)!.Value.Path);
        using var content = new StreamContent(stream);
        var path = $"/v1/assets/{file.Kind}s/{requests.Dataset}?filename={Uri.EscapeDataString(name)}";
        try
        {
            return await requests.SendAsync(HttpMethod.Post, path, content, cancellation);
        }
        catch (CommandFailure failure)
        {
            throw new CommandFailure($"{file.Path}: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// <c>@sanity/export</c> takes an extension with a digit in it, as in mp4, for a part of the name.
    /// </summary>
    private static string NameWithExtension(ArchivedFile file)
    {
        var name = file.Path[(file.Path.LastIndexOf('/') + 1)..];
        var isMistaken = AssetName.DigestIn(name) is not null && name.Split('-') is [_, var rest]
            && rest.EndsWith(".bin", StringComparison.Ordinal) && file.Kind == "file";
        return isMistaken ? name[..^".bin".Length].Replace('-', '.') : name;
    }

    /// <summary>Sets what the archive tells of an asset where the document differs from it.</summary>
    private async Task DescribeAsync(
        JsonElement document, JsonElement? description, bool isNew, CancellationToken cancellation)
    {
        if (description is not { ValueKind: JsonValueKind.Object } told)
        {
            return;
        }

        var members = told.EnumerateObject()
            .Where(member => !Own.Any(member.NameEquals))
            .Where(member => !document.TryGetProperty(member.Name, out var present)
                || !JsonElement.DeepEquals(member.Value, present))
            .ToList();
        var namesItself = isNew && RawJson.Text(told, "originalFilename") is null;
        if (members.Count == 0 && !namesItself)
        {
            return;
        }

        var body = new ArrayBufferWriter<byte>();
        var format = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        await using (var writer = new Utf8JsonWriter(body, format))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("mutations"u8);
            writer.WriteStartObject();
            writer.WriteStartObject("patch"u8);
            writer.WriteString("id"u8, RawJson.Text(document, "_id"));
            writer.WriteStartObject("set"u8);
            foreach (var member in members)
            {
                // Keys of a patch are paths.
                writer.WritePropertyName($"['{member.Name.Replace("\\", @"\\").Replace("'", @"\'")}']");
                writer.WriteRawValue(member.Value.GetRawText());
            }

            writer.WriteEndObject();
            if (namesItself)
            {
                writer.WriteStartArray("unset"u8);
                writer.WriteStringValue("originalFilename"u8);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        await requests.MutateAsync(body.WrittenMemory, cancellation);
    }
}
