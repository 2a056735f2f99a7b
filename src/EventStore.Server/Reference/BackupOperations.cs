namespace EventStore.Server.Reference;

/// <summary>Calls on backups.</summary>
internal static class BackupOperations
{
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
            Description = "The newest first. They are found by the name of their dataset, also when it was deleted, and "
                + "when another one has the name since.",
            Query =
            [
                "limit integer At most this many, up to 1000; 30 when absent",
                "after time Only those made then or later",
                "before time Only those made earlier",
            ],
        },
        new("POST /datasets/{dataset}/backups", "Make a backup", "BackupStarted")
        {
            Description = "Of the dataset as it is now. Answers when the backup is a job that is sure to be done; it is "
                + "listed when it is complete. One at a time for a dataset.",
        },
        new("GET /datasets/{dataset}/backups/{id}", "Show a backup and its files", "BackupDetails")
        {
            Description = "A page of the files. A document that shows an asset names its file in place of the reference, "
                + "as importers take it; all others are byte for byte what they were. Takes the right to read everything "
                + "and its history.",
            Query = ["nextCursor string What the page before ended with"],
        },
        new("DELETE /datasets/{dataset}/backups/{id}", "Delete a backup", "Deleted"),
        new("POST /datasets/{dataset}/backups/{id}/verify", "Prove a backup", "lines:BackupVerification")
        {
            Description = "Reads every byte and compares all digests, recomputes the hash chain, leads every document "
                + "through all its patches and compares it with the documents of the backup. Lines of progress, then one "
                + "with a certificate, or with what is wrong.",
        },
    ];
}
