using System.IO.Compression;
using System.Text.Json;

namespace EventStore.Groq.Tests;

/// <summary>The public test suite, as far as it is about the versions of the language that we speak.</summary>
internal static class Vectors
{
    private static readonly Lazy<IReadOnlyList<Vector>> Loaded = new(Load);

    public static IReadOnlyList<Vector> All => Loaded.Value;

    private static List<Vector> Load()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "fixtures", "groq", "vectors.ndjson.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var datasets = new Dictionary<string, byte[][]>();
        var vectors = new List<Vector>();
        while (reader.ReadLine() is { } line)
        {
            JsonElement element = JsonDocument.Parse(line).RootElement;
            if (element.GetProperty("_type").GetString() == "dataset")
            {
                // The suite takes it for granted that documents come in the order of their ids.
                byte[][] documents = [.. element.GetProperty("documents").EnumerateArray()
                    .OrderBy(Id, StringComparer.Ordinal)
                    .Select(document => JsonSerializer.SerializeToUtf8Bytes(document))];
                datasets.Add(element.GetProperty("_id").GetString()!, documents);
            }
            else if (IsForUs(element))
            {
                vectors.Add(Read(element, datasets));
            }
        }
        return vectors;
    }

    private static string Id(JsonElement document) =>
        document.TryGetProperty("_id", out JsonElement id) ? id.GetString()! : "";

    /// <summary>Without version, or for one that 1.2 satisfies: all ranges in the file say "at least".</summary>
    private static bool IsForUs(JsonElement element)
    {
        bool legacy = element.GetProperty("features").EnumerateArray().Any(feature => feature.GetString() == "legacy");
        return !legacy && (!element.TryGetProperty("version", out JsonElement version)
            || version.GetString() is ">= 1.0" or ">= 1.1" or ">= 1.2");
    }

    private static Vector Read(JsonElement element, Dictionary<string, byte[][]> datasets)
    {
        var parameters = new Dictionary<string, ReadOnlyMemory<byte>>();
        if (element.GetProperty("params") is { ValueKind: JsonValueKind.Object } values)
        {
            foreach (JsonProperty property in values.EnumerateObject())
            {
                parameters.Add(property.Name, JsonSerializer.SerializeToUtf8Bytes(property.Value));
            }
        }
        byte[][] documents = element.TryGetProperty("dataset", out JsonElement dataset)
            && dataset.ValueKind == JsonValueKind.Object
            ? datasets[dataset.GetProperty("_ref").GetString()!]
            : [];
        return new Vector(
            element.GetProperty("filename").GetString()!,
            element.GetProperty("name").GetString()!,
            element.GetProperty("query").GetString()!,
            parameters,
            documents,
            element.GetProperty("valid").GetBoolean(),
            element.GetProperty("result"));
    }
}

/// <summary>One test of the public suite.</summary>
internal sealed record Vector(
    string File,
    string Name,
    string Query,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Parameters,
    byte[][] Documents,
    bool IsValid,
    JsonElement Result);
