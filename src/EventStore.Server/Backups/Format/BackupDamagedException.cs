namespace EventStore.Server.Backups.Format;

/// <summary>A backup is not what was written: something in it was changed, cut off, exchanged or lost.</summary>
/// <param name="message">What does not hold, for people.</param>
internal sealed class BackupDamagedException(string message) : Exception(message);
