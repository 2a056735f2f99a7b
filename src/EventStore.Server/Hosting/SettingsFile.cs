using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventStore.Server.Hosting;

/// <summary>
/// The optional JSON settings file. A key it does not know is an error: a mistyped setting must not be lost silently.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SettingsFile
{
    public const string Name = "eventstore.json";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public ConnectionStringSection? ConnectionStrings { get; init; }

    public string? Data { get; init; }

    public string? RootToken { get; init; }

    public string? TokenPepper { get; init; }

    public string? Urls { get; init; }

    public string? Project { get; init; }

    public string? PublicUrl { get; init; }

    public string? Blobs { get; init; }

    public string? S3Endpoint { get; init; }

    public string? S3Region { get; init; }

    public string? S3AccessKey { get; init; }

    public string? S3SecretKey { get; init; }

    public static SettingsFile? ReadFromDataFolder(string dataFolder)
    {
        var path = Path.Combine(dataFolder, Name);
        if (!File.Exists(path))
        {
            return null;
        }

        var file = Read(path);
        return file.Data is null
            ? file
            : throw new StartupException(
                $"The settings file {path} is found through the data folder, so it cannot name another one: remove "
                + "its 'data'.");
    }

    public static SettingsFile Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SettingsFile>(File.ReadAllBytes(path), Format)
                ?? throw new StartupException($"The settings file {path} must hold a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new StartupException($"The settings file {path} cannot be used: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The settings file {path} cannot be read: {exception.Message}", exception);
        }
    }

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record ConnectionStringSection
    {
        public string? EventStore { get; init; }
    }
}
