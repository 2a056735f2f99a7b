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
        ["PlannedDocument"] =
        [
            "What undoing does to a document.",
            "id! string Its id",
            "action! create|update|delete|none What is done to it",
            "outcome! clean|merged|forced|skipped|conflict How that stands to later edits: there are none; they touch "
                + "other places and stay; they are lost; they are in the way of the document, or of the plan",
            "revision! string The transaction that last touched it: the plan is for this head",
            "undone! integer How many edits are undone",
            "later! integer How many other edits came after the first of them",
            "conflicts! object[] What is in the way: reason (edited, missingReference, referenced), and a path or a "
                + "documentId",
            "after any What it becomes, without _rev and _updatedAt; with conflicts, if the old value counts. Null for "
                + "a document that does not exist then",
            "format string How the difference is written",
            "diff any What changes in it",
        ],
        ["PlanSummary"] =
        [
            "A plan as a whole.",
            "id! string To apply it by",
            "dataset! string The dataset",
            "onConflict! fail|skip|force As in the order",
            "sequence! integer The end of the log that it was made at",
            "create! integer How many documents come back",
            "update! integer How many are changed",
            "delete! integer How many are deleted",
            "merged! integer How many keep later edits of other places",
            "forced! integer How many lose later edits",
            "skipped! integer How many are left out",
            "conflicts! integer How many are in the way",
            "isOneTransaction! boolean Whether it is applied as a whole; else a job does it",
        ],
        ["RollbackResult"] =
        [
            "What became of a plan.",
            "plan! string Its id",
            "state! applied|running|failed|canceled How far it is",
            "documents! integer How many documents were changed so far",
            "transactionIds! string[] By these transactions",
            "jobId string The job that does it",
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
