namespace EventStore.Server.Reference;

/// <summary>Calls on background work, and on the copies that are made by it.</summary>
internal static class JobOperations
{
    private static readonly string[] Page =
    [
        "offset integer How many of the newest to leave out; 0 when absent",
        "limit integer At most this many, up to 1000; 100 when absent",
        "state string Only jobs in these states, separated by commas: pending, running, completed, failed, canceled",
    ];

    public static readonly IReadOnlyList<Operation> All =
    [
        new("PUT /datasets/{dataset}/copy", "Copy a dataset", "CopyStarted")
        {
            Description = "Answers when the copy is a job that is sure to be done; nobody finds the new dataset before "
                + "it is complete, and nothing is left of one that is canceled or fails. With history the copy has the "
                + "same transactions in the same order with the same digests. Without, its documents are created by "
                + "transactions of the caller. With sync, an existing dataset gets the documents of this one by "
                + "ordinary transactions, and what it has besides is deleted.",
            Query =
            [
                "time time Copies the dataset as it was then, with its history up to then",
                "revision string Copies the dataset as it was after this transaction",
            ],
            Body =
            [
                "targetDataset! string Name of the new dataset; with sync, of an existing one",
                "skipHistory boolean Copies the documents alone",
                "aclMode public|private|custom Access mode of the new dataset; the source's when absent",
                "skipContentReleases boolean Leaves out releases and the versions in them; in a copy with history they "
                    + "are deleted by transactions behind the history",
                "sync boolean Makes an existing dataset equal to this one",
            ],
        },
        new("GET /datasets/{dataset}/copy", "List copies of a dataset", "CopyJob[]") { Query = Page },
        new("GET /datasets/copy", "List copies of all datasets", "CopyJob[]") { Query = Page },
        new("GET /jobs", "List jobs", "Job[]")
        {
            Description = "The newest first; jobs are forgotten 90 days after their end.",
            Query =
            [
                .. Page,
                "kind string Only of this kind, such as dataset.copy",
                "subject string Only about this, such as the name of a dataset",
            ],
        },
        new("GET /jobs/{id}", "Show a job", "Job"),
        new("POST /jobs/{id}/cancel", "Cancel a job", "Job")
        {
            Description = "Answers when the job is marked; its state tells when it has taken back what it did. Jobs of "
                + "others take the right to change datasets.",
        },
        new("GET /jobs/{id}/listen", "Follow a job", "JobEvent")
        {
            Description = "Server-sent events: welcome, then job whenever the job has changed; at once when it has "
                + "ended. A canceled job has the state failed here. Needs no token: whoever knows the id may listen.",
            IsOpen = true,
        },
    ];
}
