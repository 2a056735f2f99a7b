using System.Text.Json;

namespace EventStore.Cli.Jobs;

/// <summary>A job as the server shows it.</summary>
internal sealed record JobEntry(string Id, string State, string Kind, string Subject, long Progress, string Message)
{
    public string CreatedAt { get; private init; } = "";

    public bool HasEnded => State is "completed" or "failed" or "canceled";

    public static JobEntry Read(JsonElement json) => new(
        Text(json, "id"),
        Text(json, "state"),
        Text(json, "kind"),
        Text(json, "subject"),
        json.TryGetProperty("progress", out var progress) && progress.TryGetInt64(out var percent) ? percent : 0,
        Text(json, "message"))
    {
        CreatedAt = Text(json, "created_at"),
    };

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
