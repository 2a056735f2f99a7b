using System.Text.Json.Nodes;

namespace EventStore.Server.Backups.Making;

/// <summary>What a backup is to hold, as it is kept with its job; the rest is in the backup's own row.</summary>
/// <param name="Backup">The id of the backup.</param>
/// <param name="Sequence">The last transaction in it.</param>
/// <param name="IsScheduled">Whether it is a daily one rather than asked for.</param>
internal sealed record BackupRequest(string Backup, long Sequence, bool IsScheduled)
{
    public JsonObject ToJson() => new()
    {
        ["backup"] = Backup,
        ["sequence"] = Sequence,
        ["scheduled"] = IsScheduled,
    };

    public static BackupRequest FromJson(JsonObject json) =>
        new((string)json["backup"]!, (long)json["sequence"]!, (bool)json["scheduled"]!);
}
