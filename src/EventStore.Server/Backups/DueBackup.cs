using EventStore.Log.Postgres;

namespace EventStore.Server.Backups;

/// <summary>A daily backup that is to be made.</summary>
/// <param name="Dataset">Of what.</param>
/// <param name="DueAt">Since when.</param>
/// <param name="Author">User id of who ordered daily backups.</param>
internal sealed record DueBackup(Dataset Dataset, DateTimeOffset DueAt, string Author);
