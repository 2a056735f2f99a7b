using System.Text.Json;

namespace EventStore.Cli.Datasets;

/// <summary>A dataset as the server lists it.</summary>
internal sealed record DatasetEntry(string Name, string AccessMode, string CreatedAt)
{
    public static DatasetEntry Read(JsonElement json) =>
        new(Text(json, "name"), Text(json, "aclMode"), Text(json, "createdAt"));

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
