namespace EventStore.Server.Backups.Format;

/// <summary>The content of an asset in a backup.</summary>
/// <param name="Sha1">Its digest by which documents name it, 40 lower-case hexadecimal digits.</param>
/// <param name="Md5">Its other digest.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Key">The blob that is it.</param>
/// <param name="Sha256">Its digest in the backup.</param>
internal sealed record BackedUpAsset(
    string Sha1, ReadOnlyMemory<byte> Md5, long Length, string Key, ReadOnlyMemory<byte> Sha256);
