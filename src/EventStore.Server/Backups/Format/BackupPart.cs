namespace EventStore.Server.Backups.Format;

/// <summary>A blob that backups name. It is never changed; several backups of a dataset may name it.</summary>
/// <param name="Key">The blob.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its digest, in lower-case hexadecimal digits.</param>
internal abstract record BackupPart(string Key, long Length, string Sha256);
