namespace EventStore.Server.Reference;

/// <summary>Calls on backups.</summary>
internal static class BackupOperations
{
    private static readonly string[] Restore =
    [
        "targetDataset! string Name of the new dataset; with sync, of an existing one",
        "sync boolean Changes an existing dataset by new transactions of the caller: what differs is replaced, what is "
            + "missing created, what the backup does not have deleted",
        "keepOthers boolean With sync: deletes nothing",
        "time time As the dataset was then; not after the backup was made",
        "revision string As the dataset was after this transaction",
        "documents string[] Only these documents, without their history",
        "types string[] Only documents that are or were of these types, without their history",
        "skipHistory boolean Creates the documents of a new dataset by transactions of the caller",
        "aclMode public|private|custom Access mode of a new dataset; that of the backup when absent",
    ];

    public static readonly IReadOnlyList<Operation> All =
    [
        new("GET /datasets/{dataset}/settings/backups", "Show the settings of backups", "BackupSettings"),
        new("PUT /datasets/{dataset}/settings/backups", "Switch daily backups on or off", null)
        {
            Description = "What is absent stays as it was. A time that passes while no server runs is made up once.",
            Body =
            [
                "enabled! boolean Whether a backup is made every day",
                "time string When, in UTC, such as 02:00",
                "dailyDays integer How many days every backup is kept; 365 at first",
                "weeklyDays integer How many days after that the first one of each week is kept; 730 at first",
            ],
        },
        new("GET /datasets/{dataset}/backups", "List backups", "BackupList")
        {
            Description = "The newest first. They are found by the name of their dataset, also when it was deleted, "
                + "and when another one has the name since.",
            Query =
            [
                "limit integer At most this many, up to 1000; 30 when absent",
                "after time Only those made then or later",
                "before time Only those made earlier",
            ],
        },
        new("POST /datasets/{dataset}/backups", "Make a backup", "BackupStarted")
        {
            Description = "Of the dataset as it is now. Answers when the backup is a job that is sure to be done; it "
                + "is listed when it is complete. One at a time for a dataset.",
        },
        new("GET /datasets/{dataset}/backups/{id}", "Show a backup and its files", "BackupDetails")
        {
            Description = "A page of the files. A document that shows an asset names its file in place of the "
                + "reference, as importers take it; all others are byte for byte what they were. Takes the right to "
                + "read everything and its history.",
            Query = ["nextCursor string What the page before ended with"],
        },
        new("DELETE /datasets/{dataset}/backups/{id}", "Delete a backup", "Deleted"),
        new("POST /datasets/{dataset}/backups/{id}/verify", "Prove a backup", "lines:BackupVerification")
        {
            Description = "Reads every byte and compares all digests, recomputes the hash chain, leads every document "
                + "through all its patches and compares it with the documents of the backup. Lines of progress, then "
                + "one with a certificate, or with what is wrong.",
        },
        new("POST /datasets/{dataset}/backups/{id}/restore/plan", "List what restoring changes", "lines:RestoreLine")
        {
            Description = "Writes nothing. The last line has the counts.",
            Body = Restore,
        },
        new("POST /datasets/{dataset}/backups/{id}/restore", "Restore a backup", "RestoreStarted")
        {
            Description = "Answers when the restore is a job that is sure to be done. It reads all of the backup and "
                + "compares all digests before it writes anything. A new dataset gets the log as it was, with ids, "
                + "times, authors and digests, and nobody finds it before it is complete; nothing is left of one that "
                + "is canceled or fails. The contents of assets come along. Takes the right to read everything and "
                + "its history, to create datasets and, with sync, to change the dataset and all its documents.",
            Body = Restore,
        },
    ];
}
