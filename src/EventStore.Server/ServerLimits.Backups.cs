namespace EventStore.Server;

/// <summary>The limits of backups.</summary>
internal static partial class ServerLimits
{
    /// <summary>
    /// A part of a backup ends when it has this many bytes; its last block may exceed them. Parts are in memory while
    /// they are written and while a log is read.
    /// </summary>
    public const int BackupPartBytes = 8 * 1024 * 1024;

    /// <summary>Bytes of log that are compressed together, uncompressed; a transaction may exceed them.</summary>
    public const int BackupLogBlockBytes = 4 * 1024 * 1024;

    /// <summary>Transactions after which such a block ends early.</summary>
    public const int BackupLogBlockTransactions = 20_000;

    /// <summary>
    /// Bytes of documents that are compressed together, uncompressed: what is unpacked to find one of them.
    /// </summary>
    public const int BackupChunkBytes = 256 * 1024;

    /// <summary>Assets that are listed in one part of a backup.</summary>
    public const int BackupAssetsPerPart = 50_000;

    /// <summary>Assets whose copies are recorded together.</summary>
    public const int BackupAssetsPerStep = 100;

    /// <summary>Largest block of a backup, uncompressed; larger than any transaction or document.</summary>
    public const int BackupBlockBytesMost = 1024 * 1024 * 1024;

    /// <summary>Largest manifest of a backup, in bytes.</summary>
    public const int BackupManifestBytes = 256 * 1024 * 1024;

    /// <summary>Bytes of unpacked parts of backups that a process keeps for the next request.</summary>
    public const long BackupCacheBytes = 48_000_000;

    /// <summary>How many backups a list has when the caller does not say (the vendor's documented figure).</summary>
    public const int BackupPage = 30;

    /// <summary>Most backups in one list.</summary>
    public const int BackupPageMost = 1000;

    /// <summary>Files of a backup in one page.</summary>
    public const int BackupFilesPerPage = 500;

    /// <summary>How long a daily backup is kept, in days, unless the dataset says otherwise (the vendor's documented
    /// figure).</summary>
    public const int BackupDailyDays = 365;

    /// <summary>How long one backup a week is kept after that, in days (the vendor's documented figure).</summary>
    public const int BackupWeeklyDays = 2 * 365;

    /// <summary>Longest retention of backups, in days.</summary>
    public const int BackupDaysMost = 100 * 365;

    /// <summary>When daily backups are made, in UTC, unless the dataset says otherwise.</summary>
    public static readonly TimeOnly BackupTime = new(2, 0);

    /// <summary>How long after a failure a daily backup is tried again.</summary>
    public static readonly TimeSpan BackupRetryDelay = TimeSpan.FromHours(1);

    /// <summary>How often a server looks for backups that are due or left over.</summary>
    public static readonly TimeSpan BackupUpkeepInterval = TimeSpan.FromSeconds(30);

    /// <summary>How often a server looks for backups that have outlived their time, when nothing else
    /// happens.</summary>
    public static readonly TimeSpan BackupExpiryInterval = TimeSpan.FromHours(1);

    /// <summary>How often all blobs of backups are compared with what is known of them.</summary>
    public static readonly TimeSpan BackupSweepInterval = TimeSpan.FromHours(6);

    /// <summary>Parts without a backup that are removed in one database transaction.</summary>
    public const int BackupPartsRemoved = 100;

    /// <summary>Bytes of documents that the verification of a backup keeps in memory; larger ones take several
    /// passes.</summary>
    public const long BackupVerificationBytes = 128_000_000;

    /// <summary>
    /// Bytes of texts after which a portion of a log that is put back ends; its last transaction may exceed them.
    /// </summary>
    public const long RestoredBytes = 32_000_000;
}
