using System.Text.Json.Nodes;
using EventStore.Server.Blobs;
using EventStore.Server.Wire;

namespace EventStore.Server.Collections;

/// <summary>A finished export.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Documents">How many rows the file has.</param>
/// <param name="File">The file.</param>
/// <param name="Vectors">The file of vectors, when there is one.</param>
/// <param name="ExportedAt">When it was finished.</param>
internal sealed record CollectionExportResult(
    ExportFormat Format, long Documents, ExportedFile File, ExportedFile? Vectors, DateTimeOffset ExportedAt)
{
    /// <summary>As it is kept with a job.</summary>
    public JsonObject ToJson() => new()
    {
        ["format"] = Format.ToString(),
        ["documents"] = Documents,
        ["file"] = ToJson(File),
        ["vectors"] = Vectors is null ? null : ToJson(Vectors),
        ["exportedAt"] = WireTime.Format(ExportedAt),
    };

    public static CollectionExportResult FromJson(JsonObject json) => new(
        Enum.Parse<ExportFormat>((string)json["format"]!),
        (long)json["documents"]!,
        ReadFile((JsonObject)json["file"]!),
        json["vectors"] is JsonObject vectors ? ReadFile(vectors) : null,
        (DateTimeOffset)json["exportedAt"]!);

    private static JsonObject ToJson(ExportedFile file) => new()
    {
        ["key"] = file.Key.Value,
        ["name"] = file.Name,
        ["contentType"] = file.ContentType,
        ["length"] = file.Length,
    };

    private static ExportedFile ReadFile(JsonObject json) => new(
        BlobKey.Of((string)json["key"]!),
        (string)json["name"]!,
        (string)json["contentType"]!,
        (long)json["length"]!);
}
