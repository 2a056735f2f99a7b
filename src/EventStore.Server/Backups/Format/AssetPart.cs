namespace EventStore.Server.Backups.Format;

/// <summary>A part that lists contents of assets, which are blobs of their own.</summary>
/// <param name="Key">The blob.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its digest, hexadecimal.</param>
/// <param name="Entries">How many contents.</param>
/// <param name="ContentBytes">Their bytes together.</param>
internal sealed record AssetPart(string Key, long Length, string Sha256, int Entries, long ContentBytes)
    : BackupPart(Key, Length, Sha256);
