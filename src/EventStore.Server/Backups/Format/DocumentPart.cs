namespace EventStore.Server.Backups.Format;

/// <summary>A part with documents of a layer, by ascending id.</summary>
/// <param name="Key">The blob.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its digest, hexadecimal.</param>
/// <param name="FirstId">The first document.</param>
/// <param name="LastId">The last one.</param>
/// <param name="Entries">How many documents and deletions.</param>
/// <param name="IndexLength">Bytes of the index, which stands at the end.</param>
/// <param name="IndexSha256">Digest of the index, so that a document is read without reading all of the part.</param>
internal sealed record DocumentPart(
    string Key,
    long Length,
    string Sha256,
    string FirstId,
    string LastId,
    int Entries,
    int IndexLength,
    string IndexSha256) : BackupPart(Key, Length, Sha256);
