using System.Text.Json;

namespace EventStore.Cli.Backups;

/// <summary>A backup as the server lists it.</summary>
internal sealed record BackupEntry(string Id, string CreatedAt, long Documents, long Bytes, long WrittenBytes)
{
    public static BackupEntry Read(JsonElement json) => new(
        json.GetProperty("id").GetString()!,
        json.GetProperty("createdAt").GetString()!,
        json.GetProperty("documents").GetInt64(),
        json.GetProperty("bytes").GetInt64(),
        json.GetProperty("writtenBytes").GetInt64());
}
