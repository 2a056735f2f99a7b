namespace EventStore.Server.Backups;

/// <summary>A file of a backup, as a list of them says it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Url">A link to it.</param>
/// <param name="Type"><c>document</c>, <c>image</c> or <c>file</c>.</param>
internal sealed record BackupFile(string Name, string Url, string Type);
