namespace EventStore.Server.Reference;

/// <summary>The shapes of answers, by name: a sentence, then the fields.</summary>
internal static class Shapes
{
    /// <summary>How errors of management calls look.</summary>
    public const string ManagementError = "Error";

    /// <summary>How errors of data calls look.</summary>
    public const string DataError = "DataError";

    public static readonly IReadOnlyDictionary<string, string[]> All = new Dictionary<string, string[]>
    {
        [ManagementError] =
        [
            "An error of a management call. The message names the field or parameter it is about.",
            "statusCode! integer The HTTP status",
            "error! string The status in words",
            "message! string What is wrong, for people",
            "errorCode string A code that clients know: SIO-401-ANF (no such token), SIO-401-AEX (expired), "
                + "SIO-404-PNF (no such project)",
        ],
        [DataError] =
        [
            "An error of a data call; in a stream, its last line.",
            "error! object An object with description, type and, for mutations, items: one entry for each that failed, "
                + "with its index and its own error",
        ],
        ["Deleted"] = ["It is gone.", "deleted! boolean Always true"],
        ["Document"] =
        [
            "A document.",
            "_id! string Its id; drafts begin with drafts., versions with versions.<release>.",
            "_type! string Its type",
            "_rev! string The transaction that last changed it",
            "_createdAt! time When it was created",
            "_updatedAt! time When it was last changed",
        ],
        ["Documents"] =
        [
            "Documents, and why others are missing.",
            "documents! Document[] In the order asked for",
            "omitted object[] What was asked for and is not there: id, and a reason, existence or permission",
        ],
        ["QueryResult"] =
        [
            "What a query gives.",
            "result! any The value of the query",
            "query string The query",
            "syncTags! string[] What the result may depend on, opaque",
            "explain object How the query was carried out",
            "ms! integer How long it took, in milliseconds",
        ],
        ["PastDocuments"] = ["Documents as they were.", "documents! Document[] Those that existed then"],
        ["Mutated"] =
        [
            "What a transaction did.",
            "transactionId! string Its id, now the revision of every document it changed",
            "results! object[] One for each document: id, operation (create, update, delete or none) and, when asked "
                + "for, document",
        ],
        ["Uploaded"] =
        [
            "An asset.",
            "document! object The asset's document: assetId, extension, mimeType, originalFilename, path, sha1hash, "
                + "size, url and, of an image, metadata with dimensions, hasAlpha and isOpaque",
        ],
        ["Transaction"] =
        [
            "A transaction of the log.",
            "id! string Its id",
            "timestamp! time When it was committed, in microseconds",
            "author! string User id of who made it",
            "mutations object[] What was done",
            "documentIDs! string[] The documents it touched",
            "effects object For each document a pair of Mendoza patches: apply and revert",
            "sequenceNumber! string Its number in the dataset, from 1, without gaps",
        ],
        ["Difference"] =
        [
            "The difference of two states of a document.",
            "from! object The earlier state: its sequence and revision",
            "to! object The later one",
            "format! string How the difference is written",
        ],
        ["CollectionExport"] =
        [
            "A finished export.",
            "download_url! string A link to the file, good for an hour without a token",
            "s3_path! string Where the file is kept",
            "format! json|csv|parquet Its format",
            "document_count! integer How many documents it holds",
            "file_size_bytes! integer Its size",
            "exported_at! time When it was finished",
            "vectors_download_url string A link to the file of vectors",
            "vectors_s3_path string Where that is kept",
        ],
        ["ImportReport"] =
        [
            "How far an import is.",
            "progress object Counts so far: lines, imported, skipped, sequence",
            "done object The same at the end",
            "error object What stopped it, and at which line",
        ],
        ["Verification"] =
        [
            "How far a verification is.",
            "progress object The sequence it is at, and the last one",
            "verified object At the end: transactions, documents and the digest of the chain",
            "difference object The first thing that does not hold",
        ],
        ["Replay"] =
        [
            "How far a replay is.",
            "progress object The sequence it is at, and the last one",
            "replayed object At the end: sequence, transactions, effects, documents, bytes and the digest of the state",
            "difference object With verify: the first thing that does not hold",
        ],
        ["Rebuild"] =
        [
            "How far a rebuild is.",
            "progress object How many documents are done, and of how many",
            "rebuilt object At the end: what there is, and how much of it had to be changed",
        ],
        ["Ping"] = ["The dataset can be read.", "result! string Always pong"],
        ["Health"] = ["How the server is.", "status! string alive, ready or unavailable", "reason string Why not"],
        ["Project"] =
        [
            "A project.",
            "id! string Its id",
            "displayName! string Its name, for people",
            "studioHost! string? Where its studio is deployed",
            "externalStudioHost! string? The same under a domain of its own",
            "organizationId! string? The organization it belongs to",
            "isBlocked! boolean Closed by the operator of the server: data calls are refused",
            "isDisabled! boolean Switched off by the operator: data calls are refused",
            "isDisabledByUser! boolean Switched off by one of its administrators: data calls are refused",
            "activityFeedEnabled! boolean Whether clients should show what happened in it",
            "maxRetentionDays! integer? How many days of history are to be kept; null for all",
            "createdAt! time When it was created",
            "updatedAt! time When its settings last changed",
            "metadata! object The clients' own settings, such as color",
            "members object[] Who has rights in it, with their roles",
            "features string[] What clients take for switched on",
            "organization object The organization, when asked for",
        ],
        ["Organization"] =
        [
            "The organization that runs the server.",
            "id! string Its id",
            "name! string Its name",
            "slug! string Its id",
        ],
        ["Dataset"] =
        [
            "A dataset.",
            "name! string Its name",
            "aclMode! public|private|custom Who may read it without a token",
            "description! string? What it is for",
            "createdAt! time When it was created",
            "updatedAt! time When its settings last changed",
            "createdByUserId! string Who created it",
            "addonFor! string? Always null here",
            "datasetProfile! string Always content here",
            "features! string[] Always empty here",
            "tags! object[] The tags it carries: name and title",
        ],
        ["DatasetSettings"] =
        [
            "The settings of a dataset.",
            "datasetName! string Its name",
            "aclMode! public|private|custom Who may read it without a token",
            "description! string? What it is for",
        ],
        ["AliasEntry"] =
        [
            "An alias.",
            "name! string Its name, without the ~ it is used with",
            "datasetName! string? What it stands for",
            "createdAt! time When it was created",
        ],
        ["Alias"] =
        [
            "An alias.", "aliasName! string Its name, without the ~", "datasetName! string? The dataset it stands for",
        ],
        ["Tag"] =
        [
            "A tag.",
            "id! string Made by the server, never changes",
            "name! string Its identifier in paths",
            "title! string For people",
            "description! string? What it means",
            "metadata! object Clients' own, such as color",
            "datasets! string[] The datasets that carry it",
            "createdAt! time When it was created",
            "updatedAt! time When it last changed",
        ],
        ["CorsOrigin"] =
        [
            "An origin whose pages may read the project's answers.",
            "id! integer Its number",
            "origin! string The origin, perhaps with *",
            "allowCredentials! boolean Whether the browser may add what it keeps for the server",
            "createdAt! time When it was registered",
            "updatedAt! time When it last changed",
            "deletedAt! time? Always null",
            "projectId! string The project",
        ],
        ["CorsCheck"] =
        [
            "Where the asking page stands.", "result! object allowed and withCredentials, both boolean",
        ],
        ["Activity"] =
        [
            "Recorded changes.",
            "data! object[] Each with sequenceNumber, timestamp, author, action, subject and details",
            "nextCursor! string? Gives the next page; null on the last",
        ],
        ["Token"] =
        [
            "A token, without its secret.",
            "id! string Its id, which is also the user id of who uses it",
            "label! string What it is for",
            "projectUserId! string The same id",
            "createdAt! time When it was made",
            "createdBy! string Who made it",
            "updatedAt! time When it last changed",
            "expiresAt! time? When it stops being good",
            "lastUsedAt! time? When it was last used, to about five minutes",
            "roles! object[] Its roles: name, title and description",
            "key string The secret, only in the answer that made it",
        ],
        ["Robot"] =
        [
            "Who a token speaks for.",
            "id! string Its id",
            "label! string What it is for",
            "createdAt! time When it was made",
            "createdBy! string Who made it",
            "updatedAt! time When it last changed",
            "expiresAt! time? When its token stops being good",
            "lastUsedAt! time? When its token was last used, to about five minutes",
            "memberships! object[] The project it belongs to, and its roles there",
            "token string The secret, only in the answer that made it",
        ],
        ["Robots"] = ["Robots.", "data! Robot[] All of them", "nextCursor! string? Always null"],
        ["Role"] =
        [
            "A role.",
            "name! string Its name",
            "title! string For people",
            "description! string What it allows",
            "isCustom! boolean Whether the project made it",
            "appliesToUsers! boolean Whether people can have it",
            "appliesToRobots! boolean Whether tokens can have it",
            "grants! object Its rights on the management side, by resource",
            "documents! object[] Its rights on documents: filter, permissions and perhaps dataset",
        ],
        ["Roles"] = ["Roles.", "data! Role[] All of them", "nextCursor! string? Always null"],
        ["Member"] =
        [
            "A member of a project.",
            "id! string User id",
            "isRobot! boolean Whether it is a token's",
            "isCurrentUser! boolean Whether it is the caller",
            "createdAt! time Since when",
            "updatedAt! time When its roles last changed",
            "roles! object[] Its roles: name, title and description",
        ],
        ["Members"] = ["Members.", "data! Member[] All of them", "nextCursor! string? Always null"],
        ["User"] =
        [
            "A user.",
            "id! string User id",
            "displayName! string For people",
            "createdAt! time Since when it is known",
        ],
        ["Me"] =
        [
            "The caller.",
            "id! string User id",
            "name! string For people",
            "email! string Always empty here",
            "role! string The name of the first role",
            "roles! object[] All roles: name, title and description",
            "provider! string How the caller is known",
        ],
        ["CallerId"] = ["The caller.", "id! string User id", "expiry! time? When its token stops being good"],
        ["Grants"] = ["Rights by resource; each holds a list of grants with their names."],
        ["DocumentGrant"] =
        [
            "A right on documents.",
            "filter! string Which documents, as a GROQ filter on their ids",
            "permissions! string[] Of read, create, update, history, editHistory",
        ],
        ["Invitation"] = ["An invitation; there are none here, access is given by making a token."],
    };
}
