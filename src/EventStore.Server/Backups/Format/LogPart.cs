namespace EventStore.Server.Backups.Format;

/// <summary>A part with a range of the log.</summary>
/// <param name="Key">The blob.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its digest, hexadecimal.</param>
/// <param name="From">The first sequence.</param>
/// <param name="To">The last one.</param>
/// <param name="Digest">The hash chain's digest there, hexadecimal.</param>
/// <param name="LastTimestamp">When that transaction was.</param>
/// <param name="Documents">The greatest number of a document up to there: how many the log has touched.</param>
internal sealed record LogPart(
    string Key,
    long Length,
    string Sha256,
    long From,
    long To,
    string Digest,
    DateTimeOffset LastTimestamp,
    int Documents) : BackupPart(Key, Length, Sha256);
