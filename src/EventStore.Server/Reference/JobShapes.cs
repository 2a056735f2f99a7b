namespace EventStore.Server.Reference;

/// <summary>The shapes of jobs and copies, written like <see cref="Shapes"/>.</summary>
internal static class JobShapes
{
    public static readonly IReadOnlyDictionary<string, string[]> All = new Dictionary<string, string[]>
    {
        ["CopyStarted"] =
        [
            "A copy that is sure to be made.",
            "datasetName! string The source",
            "message! string For people",
            "aclMode! public|private|custom Access mode of the copy",
            "jobId! string The job that makes it",
        ],
        ["CopyJob"] =
        [
            "A copy that was asked for.",
            "id! string The job that makes it",
            "state! string pending, running, completed, failed or canceled",
            "createdAt! time When it was asked for",
            "updatedAt! time When it last got further",
            "sourceDataset! string What is copied",
            "targetDataset! string Where to",
            "withHistory! boolean Whether the copy has the source's transactions",
            "sync! boolean Whether an existing dataset was made equal",
            "sequence! integer The last transaction of the source that is copied",
            "progress! integer 0 to 100",
            "message! string? What is being done, or how it ended",
        ],
        ["Job"] =
        [
            "A piece of background work.",
            "id! string Its id",
            "state! string pending, running, completed, failed or canceled",
            "authors! string[] User id of who asked for it",
            "created_at! time When it was asked for",
            "updated_at! time When it last got further",
            "kind! string What is done, such as dataset.copy",
            "subject! string What it is done to",
            "progress! integer 0 to 100",
            "message! string? What is being done, or how it ended",
        ],
        ["JobEvent"] =
        [
            "How a job is, as the data of an event.",
            "job_id! string Its id",
            "state! string pending, running, completed or failed",
            "progress! integer 0 to 100",
            "message string What is being done, or how it ended",
        ],
    };
}
