namespace EventStore.Server.Reference;

/// <summary>The shapes of backups, written like <see cref="Shapes"/>.</summary>
internal static class BackupShapes
{
    private static readonly string[] Members =
    [
        "id! string Its date and a UUID",
        "createdAt! time When it was asked for: what it holds is of that moment",
        "sequence! integer The last transaction in it",
        "revision! string? That transaction's id",
        "documents! integer How many documents",
        "assets! integer How many contents of assets",
        "bytes! integer Bytes of all that it names",
        "writtenBytes! integer Bytes that it added to the store",
        "manifestSha256! string Digest of its manifest, which stands for all of it",
    ];

    public static readonly IReadOnlyDictionary<string, string[]> All = new Dictionary<string, string[]>
    {
        ["BackupSettings"] =
        [
            "When backups of a dataset are made, and how long they are kept.",
            "enabled! boolean Whether one is made every day",
            "time! string When, in UTC",
            "dailyDays! integer How many days every backup is kept",
            "weeklyDays! integer How many days after that the first one of each week is kept",
            "nextBackupAt! time? When the next one is due",
        ],
        ["Backup"] = ["A backup.", .. Members],
        ["BackupList"] =
        [
            "Some backups.",
            "backups! Backup[] The newest first",
            "limit! integer How many there are at most",
        ],
        ["BackupStarted"] =
        [
            "A backup that is sure to be made.",
            "id! string Its id",
            "createdAt! time When it was asked for",
            "sequence! integer The last transaction in it",
            "revision! string? That transaction's id",
            "jobId! string The job that makes it",
        ],
        ["BackupFile"] =
        [
            "A file of a backup.",
            "name! string What it is called",
            "url! string A link to it, good for an hour and without a token",
            "type! document|image|file What it is",
        ],
        ["BackupDetails"] =
        [
            "A backup and some of its files.",
            .. Members,
            "totalFiles! integer How many files there are",
            "files! BackupFile[] A page of them",
            "nextCursor string How to ask for the next page; absent on the last",
        ],
        ["BackupVerification"] =
        [
            "A step of the verification of a backup; one of the members is there.",
            "progress object How far it is: bytes or transactions, and of how many",
            "certificate object What was checked, when, and the digests; signed by the server",
            "difference object What does not hold",
        ],
        ["RestoreLine"] =
        [
            "A document that would change, or at the end their counts.",
            "id string Its id",
            "action create|update|delete What would be done",
            "restore object At the end: backup, sequence, create, update, delete",
        ],
        ["RestoreStarted"] =
        [
            "A restore that is sure to be done.",
            "backup! string The backup",
            "targetDataset! string Where to",
            "sequence! integer The last transaction that is restored",
            "jobId! string The job that does it",
        ],
    };
}
