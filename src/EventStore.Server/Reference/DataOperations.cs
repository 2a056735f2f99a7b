namespace EventStore.Server.Reference;

/// <summary>Calls on the contents of a dataset.</summary>
internal static class DataOperations
{
    private const string Tag = "tag string A label for logs, 1 to 75 of A-Z, a-z, 0-9, '.', '_' and '-'";

    private static readonly string[] AsOf =
    [
        "time time As it was at this time: the last transaction at or before it counts",
        "revision string As it was after this transaction",
    ];

    private static readonly string[] Transactions =
    [
        "fromTransaction string The first transaction, itself included",
        "toTransaction string The last transaction, itself included",
        "fromTime time Not before this time",
        "toTime time Not after this time",
        "authors string Only by these users, separated by commas",
        "reverse boolean Newest first",
        "limit integer At most this many",
        "includeIdentifiedDocumentsOnly boolean Leaves other documents out of mutations, effects and documentIDs",
        "excludeContent boolean Reduces mutations to the ids they are about",
        "excludeMutations boolean Leaves mutations out",
        "effectFormat =mendoza Adds effects",
        Tag,
    ];

    private static readonly string[] QueryOptions =
    [
        "perspective string raw, published, drafts, or releases, drafts and published separated by commas: the first "
            + "that has a document counts. From API version 2025-02-19 on published when absent, before that raw",
        .. AsOf,
        "returnQuery boolean Repeats the query; true when absent",
        "explain boolean Adds how the query was carried out",
        "resultSourceMap =false Source maps are not supported",
        Tag,
    ];

    private static readonly string[] Asset =
    [
        "filename string What the file was called; its extension becomes that of a file asset",
        "label string Kept in the document",
        "title string Kept in the document",
        "description string Kept in the document",
        "creditLine string Kept in the document",
        "sourceId string Kept in the document as source.id",
        "sourceName string Kept in the document as source.name",
        "sourceUrl string Kept in the document as source.url",
        "meta string Accepted: what the header of an image says is always read, its pixels never",
        Tag,
    ];

    private static readonly string[] Rollback =
    [
        "transaction string Undoes this transaction",
        "author string Undoes what this user did since fromTime",
        "fromTime time With author: not before this time",
        "toTime time With author: not after this time; no end when absent",
        "time time Undoes everything since this time",
        "revision string Undoes everything behind this transaction",
        "documents string[] Only in these documents",
        "onConflict fail|skip|force What to do where later edits have changed the same places: nothing at all (when "
            + "absent), leave the document as it is, or let the old value count",
    ];

    public static readonly IReadOnlyList<Operation> All =
    [
        new("POST /assets/images/{dataset}", "Upload an image", "Uploaded")
        {
            Description = "PNG, JPEG, GIF, WebP or SVG. The same content is one asset: uploaded again, its document is "
                + "answered as it is. Takes the right to create the document.",
            Query = Asset,
            BodyType = Operation.AnyType,
        },
        new("POST /assets/files/{dataset}", "Upload a file", "Uploaded")
        {
            Description = "Anything. The same content with the same extension is one asset. Takes the right to create "
                + "the document.",
            Query = Asset,
            BodyType = Operation.AnyType,
        },
        new("POST /data/mutate/{dataset}", "Change documents in one transaction", "Mutated")
        {
            Description = "All mutations happen or none does. Each is one of create, createOrReplace, "
                + "createIfNotExists, patch and delete; the last two name a document by id or many by query and "
                + "params.",
            Query =
            [
                "returnIds boolean Lists the documents changed",
                "returnDocuments boolean Adds the documents as they are now",
                "visibility sync|async|deferred Accepted; what is committed can be read at once",
                "dryRun boolean Does everything but commit",
                "autoGenerateArrayKeys boolean Gives a _key to objects in arrays",
                "skipCrossDatasetReferenceValidation boolean Accepted",
                "transactionId string The id of the transaction; made when absent",
                Tag,
            ],
            Body =
            [
                "mutations! object[] What to do, in order",
                "transactionId string The id of the transaction",
                "dryRun boolean As in the query",
                "visibility string As in the query",
            ],
        },
        new("GET /data/doc/{dataset}/{ids}", "Read documents as they are", "Documents")
        {
            Description = "Unknown ids are listed under omitted, never answered with 404. Without a token only "
                + "documents of public datasets whose id has no dot can be read.",
            Query =
            [
                "excludeContent boolean Tells only which of them exist",
                "includeAllVersions boolean Adds drafts and versions of each",
                Tag,
            ],
            IsOpen = true,
        },
        new("GET /data/query/{dataset}", "Evaluate a query", "QueryResult")
        {
            Description = "GROQ. Documents that the caller may not read do not exist for the query. A parameter x of "
                + "the query is the parameter $x here, as JSON. The past needs the right to see it.",
            Query = ["query! string The query", "$name any A parameter of the query", .. QueryOptions],
            IsOpen = true,
        },
        new("POST /data/query/{dataset}", "Evaluate a long query", "QueryResult")
        {
            Query = QueryOptions,
            Body =
            [
                "query! string The query",
                "params object Its parameters by name, without $",
                "perspective any As in the query string, or an array",
            ],
            IsOpen = true,
        },
        new("GET /data/history/{dataset}/documents/{ids}", "Read documents as they were", "PastDocuments")
        {
            Description = "Takes exactly one of time, revision and lastRevision. Needs the right to read the document "
                + "as it is now.",
            Query = [.. AsOf, "lastRevision boolean As it is, or as it was before it was deleted", Tag],
        },
        new("GET /data/history/{dataset}/documents/{id}/diff", "Compare two states of a document", "Difference")
        {
            Query =
            [
                "from! string A revision, a sequence or a time",
                "to string The same; now when absent",
                "format mendoza|jsondiffpatch|json-patch How to write the difference",
                Tag,
            ],
        },
        new("GET /data/history/{dataset}/transactions", "Read the log", "lines:Transaction")
        {
            Query = Transactions,
        },
        new("GET /data/history/{dataset}/transactions/{ids}", "Read the transactions of documents", "lines:Transaction")
        {
            Query = Transactions,
        },
        new("GET /data/export/{dataset}", "Read all documents", "lines:Document")
        {
            Description = "One consistent state, whatever is written meanwhile. A stream that cannot be finished ends "
                + "with a line that holds an error.",
            Query =
            [
                "types string Only of these types, separated by commas",
                .. AsOf,
                "since string Only what changed since this revision; {\"_deleted\":true,\"_id\"} for what is gone",
                "nextCursor string Empty for the first page, then what the last line of the page before says",
                Tag,
            ],
            IsOpen = true,
        },
        new("POST /collections/{collection}/export", "Export documents to a file", "CollectionExport")
        {
            Description = "Makes a file of what is selected, as of one moment, and answers with a link to it that is "
                + "good for an hour. The columns of csv and parquet are found by reading all of it; values "
                + "that are not of one kind are JSON. What is wrong with the body is told with status 422: "
                + "detail, a list of loc, msg and type.",
            Body =
            [
                "format json|csv|parquet One document a line, comma-separated values, or Parquet, the default",
                "select_fields string[] Only these fields, as dot paths; document_id is another name of _id",
                "filters object AND, OR and NOT: arrays of conditions (field, operator, value) or of the same again; "
                    + "case_sensitive",
                "sample_size integer At most so many documents, the first ones",
                "include_vectors boolean Adds a file of vectors, one a row with its document_id",
                "vector_field string Where the vectors are; embedding when absent. Left out of the documents",
                "time time As it was at this time",
                "revision string As it was after this transaction",
                "types string[] Only documents of these types",
                "drafts boolean Whether drafts and versions are exported too",
                "groq string A query whose results are the rows, instead of filters and types",
                "params object Parameters of the query",
                "formula_safe boolean In csv, puts an apostrophe before what a spreadsheet would run",
                "async boolean Has a job make the file, of any number of documents; answers 202 with job_id and "
                    + "result_url",
            ],
        },
        new("GET /collections/{collection}/export/{id}", "The file that a job has made", "CollectionExport")
        {
            Description = "For who asked for it. While the job goes on, the answer is 202 with its state and progress; "
                + "when it has failed or was canceled, 409. Every answer has new links; the file is kept for a day.",
        },
        new("POST /data/import/{dataset}", "Append transactions", "lines:ImportReport")
        {
            Description = "Takes what the log gives. Transactions that are there with equal content are skipped, so an "
                + "import can be repeated after an interruption.",
            BodyType = "application/x-ndjson",
        },
        new("POST /data/verify/{dataset}", "Prove that the log is whole", "lines:Verification"),
        new("POST /data/replay/{dataset}", "Replay the log", "lines:Replay")
        {
            Query =
            [
                "from string Where to begin: a revision, a sequence or a time; at the first transaction when absent",
                "to string Where to end, the same way; at the last transaction when absent",
                "verify boolean Proves the log first, and compares what was read with the replay",
            ],
        },
        new("POST /data/rebuild/{dataset}", "Make everything derived from the log anew", "lines:Rebuild")
        {
            Description = "The dataset stays in use meanwhile.",
        },
        new("POST /data/rollback/{dataset}/plan", "Plan what to undo", "lines:PlannedDocument")
        {
            Description = "Says what undoing a transaction, what an author did in a time, or everything since an "
                + "instant would make of each document. Later edits of other places stay; of the same places they are "
                + "conflicts, and so are strong references that would lead nowhere. The last line, a PlanSummary under "
                + "plan, has the id to apply the plan by. Takes the right to read the past of all its documents, and "
                + "to create and update them.",
            Body =
            [
                .. Rollback,
                "format mendoza|jsondiffpatch|json-patch|none How differences are written",
                "excludeContent boolean Leaves out what the documents become",
            ],
        },
        new("POST /data/rollback/{dataset}", "Apply a plan", "RollbackResult")
        {
            Description = "Takes the same order and the id of its plan. Does what the plan said by new transactions, "
                + "if no document of it was edited since; else nothing, with 409. A plan is applied once: asked again, "
                + "it answers what was done. Plans of more than 5,000 documents or 16 MB are applied by a job, in "
                + "several transactions; a document that is edited while it runs keeps that edit.",
            Body = [.. Rollback, "plan! string The id of the plan"],
        },
        new("GET /data/ping/{dataset}", "Measure the way to the server", "Ping") { IsOpen = true },
    ];
}
