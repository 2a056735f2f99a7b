using EventStore.Log;
using EventStore.Mendoza;

namespace EventStore.Server;

/// <summary>
/// Every limit of the HTTP interface: what a connection may send before any endpoint sees it, and what one request may
/// ask for. What documents and mutations may look like is in the log's own <see cref="Limits"/>.
/// </summary>
internal static partial class ServerLimits
{
    /// <summary>Most statements that a connection to the database keeps prepared.</summary>
    public const int PreparedStatements = 100;

    /// <summary>The longest method, path and query together, in bytes: document lists travel in the path.</summary>
    public const int MaxRequestLineBytes = 32 * 1024;

    /// <summary>The most header fields of a request.</summary>
    public const int MaxHeaderCount = 100;

    /// <summary>The largest sum of all header fields, in bytes.</summary>
    public const int MaxHeaderBytes = 32 * 1024;

    /// <summary>The largest request body, in bytes; an endpoint that streams its body sets its own.</summary>
    public const long MaxRequestBodyBytes = 64 * 1024 * 1024;

    /// <summary>The most connections at once.</summary>
    public const long MaxConnections = 4096;

    /// <summary>How long an idle connection is kept.</summary>
    public static readonly TimeSpan ConnectionKeepAlive = TimeSpan.FromMinutes(2);

    /// <summary>How long the header fields of a request may take to arrive.</summary>
    public static readonly TimeSpan RequestHeaders = TimeSpan.FromSeconds(15);

    /// <summary>How long requests under way may go on after the server was told to stop.</summary>
    public static readonly TimeSpan StopDrain = TimeSpan.FromSeconds(20);

    /// <summary>Largest body of a request that manages datasets or projects, in bytes.</summary>
    public const int ManagementBodyBytes = 64 * 1024;

    /// <summary>How deep a management body may nest.</summary>
    public const int ManagementBodyDepth = 16;

    /// <summary>Longest text in a management request, in characters.</summary>
    public const int ManagementTextLength = 500;

    /// <summary>Longest metadata of a project or tag, in bytes of JSON.</summary>
    public const int MetadataBytes = 16 * 1024;

    /// <summary>Most days of history that a project can be told to keep.</summary>
    public const int MaxRetentionDays = 36_500;

    /// <summary>Most tags, aliases and origins of one project, each.</summary>
    public const int EntriesOfProject = 1000;

    /// <summary>How many recorded management changes a page has when the caller does not say.</summary>
    public const int ActivityPage = 50;

    /// <summary>Most recorded management changes in one page.</summary>
    public const int ActivityPageMost = 1000;

    /// <summary>Most document ids in one path.</summary>
    public const int DocumentIds = 1000;

    /// <summary>
    /// Most document ids in one path when all versions of each are asked for: each takes a look-up of its own.
    /// </summary>
    public const int DocumentIdsWithVersions = 100;

    /// <summary>How many documents are read and kept in memory at a time.</summary>
    public const int DocumentSlice = 100;

    /// <summary>Datasets whose look-up is remembered between requests.</summary>
    public const int RememberedDatasets = 10_000;

    /// <summary>Most entries of a comma list in a query string (authors, types).</summary>
    public const int ListEntries = 1000;

    /// <summary>How much of an offending value an error repeats, in characters.</summary>
    public const int ErrorValueLength = 200;

    /// <summary>Longest author of an imported transaction, in characters.</summary>
    public const int AuthorLength = 128;

    /// <summary>How many bytes of a streamed answer may wait before the writer waits for the client.</summary>
    public const int StreamFlushBytes = 128 * 1024;

    /// <summary>How many bytes of an answer a connection keeps for a client that has not taken them yet.</summary>
    public const long ConnectionBufferBytes = 256 * 1024;

    /// <summary>A page of an export in cursor mode ends when it has become this large, in bytes.</summary>
    public const long ExportPageBytes = 8L * 1024 * 1024;

    /// <summary>A page of an export in cursor mode ends after this many documents were looked at.</summary>
    public const int ExportPageDocuments = 50_000;

    /// <summary>A page of an export in cursor mode ends after this time.</summary>
    public static readonly TimeSpan ExportPageTime = TimeSpan.FromSeconds(30);

    /// <summary>Longest line of an import, in bytes after decompression.</summary>
    public const int ImportLineBytes = 64 * 1024 * 1024;

    /// <summary>How many bytes of lines may be read ahead of the log; one longer line may be under way alone.</summary>
    public const long ImportReadAheadBytes = 12L * 1024 * 1024;

    /// <summary>Lines are parsed in portions of about this many bytes.</summary>
    public const int ImportPortionBytes = 256 * 1024;

    /// <summary>Most transactions of an import that are committed together.</summary>
    public const int ImportGroupTransactions = 1000;

    /// <summary>
    /// A group of imported transactions is committed when its lines have become this large, in bytes.
    /// </summary>
    public const long ImportGroupBytes = 6L * 1024 * 1024;

    /// <summary>Largest document, in bytes, that is compared as <c>jsondiffpatch</c> or <c>json-patch</c>.</summary>
    public const int ReadableDiffBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Up to this product of the bytes of one document and the longest array of the other, arrays are compared item by
    /// item; above it a changed array is replaced whole, because the comparison takes time and memory of that order.
    /// </summary>
    public const long ReadableDiffWork = 50_000_000;

    /// <summary>Most cells of the table by which two arrays are compared item by item.</summary>
    public const long ReadableDiffArrayPairs = 4_000_000;

    /// <summary>What the JSON of a mutate request may look like.</summary>
    public static readonly JsonLimits MutationJson = new()
    {
        MaxDepth = Limits.MutateBodyDepth,
        RejectPrototypeKey = true,
    };

    /// <summary>
    /// What the JSON of an imported line may look like. The key <c>__proto__</c>, refused in new content because
    /// JavaScript clients lose it, occurs in real histories (the documentation of JavaScript itself), and those are to
    /// be kept as they are.
    /// </summary>
    public static readonly JsonLimits ImportJson = MutationJson with { RejectPrototypeKey = false };

    /// <summary>What the JSON of a management request may look like.</summary>
    public static readonly JsonLimits ManagementJson = new()
    {
        MaxDepth = ManagementBodyDepth,
        RejectPrototypeKey = true,
    };

    /// <summary>Pause between two progress lines.</summary>
    public static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long the rest of a refused import is read and thrown away, so that the client comes to see the answer.
    /// </summary>
    public static readonly TimeSpan ImportDrain = TimeSpan.FromSeconds(30);

    /// <summary>How long a client that was told so may send nothing before the answer ends.</summary>
    public static readonly TimeSpan ImportDrainIdle = TimeSpan.FromSeconds(1);

    /// <summary>Pause between two looks for checkpoints that are due.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(2);

    /// <summary>A log that is being imported into gets its checkpoints only now and then.</summary>
    public static readonly TimeSpan CheckpointBusyInterval = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Building checkpoints is followed by a pause of this many times as long, for datasets that are being written and
    /// for those at rest alike, and for either kind by itself.
    /// </summary>
    public const int CheckpointPauseFactor = 3;

    /// <summary>How long a list of projects is trusted: what another process created is seen after this time.</summary>
    public static readonly TimeSpan ProjectFreshness = TimeSpan.FromSeconds(1);

    /// <summary>Most tokens of one project.</summary>
    public const int TokensPerProject = 1000;

    /// <summary>Most roles that one project makes for itself.</summary>
    public const int RolesPerProject = 100;

    /// <summary>Most grants on documents in one role.</summary>
    public const int GrantsPerRole = 100;

    /// <summary>Most user ids in one path.</summary>
    public const int UserIds = 1000;

    /// <summary>How often a server looks for deleted datasets that another one left unfinished.</summary>
    public static readonly TimeSpan ErasureInterval = TimeSpan.FromSeconds(15);

    /// <summary>How exactly the last use of a token is recorded.</summary>
    public static readonly TimeSpan TokenUseInterval = TimeSpan.FromMinutes(5);

    /// <summary>What a client is told to wait when the database is away.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Largest body of a query, in bytes.</summary>
    public const int QueryBodyBytes = 4_000_000;

    /// <summary>How long a query may take, the wait for its turn included.</summary>
    public static readonly TimeSpan QueryTime = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a query may take that says which documents to change: other writers of the dataset wait for it.
    /// </summary>
    public static readonly TimeSpan SelectionTime = TimeSpan.FromSeconds(20);

    /// <summary>Most documents that one query may change.</summary>
    public const int SelectedDocuments = 10_000;

    /// <summary>Largest result of such a query, in bytes; it holds nothing but ids.</summary>
    public const long SelectionBytes = 4L * 1024 * 1024;

    /// <summary>Steps of one query: about one for each value that a filter or projection looks at.</summary>
    public const long QuerySteps = 500_000_000;

    /// <summary>
    /// Memory that one query may keep for intermediate values and the documents they are in, in bytes.
    /// </summary>
    public const long QueryMemoryBytes = 128L * 1024 * 1024;

    /// <summary>Largest result of a query, in bytes.</summary>
    public const long QueryResultBytes = 64L * 1024 * 1024;

    /// <summary>Results that are being made or sent at the same time, in bytes.</summary>
    public const long QueryResultsBytes = 512L * 1024 * 1024;

    /// <summary>Queries that are evaluated at the same time. They block while they read.</summary>
    public static readonly int QueryThreads = Math.Clamp(4 * Environment.ProcessorCount, 8, 64);

    /// <summary>Queries that may wait for their turn.</summary>
    public const int QueriesWaiting = 500;

    /// <summary>Most documents that are looked up by id for a filter; a longer list is read past.</summary>
    public const int QueryLookups = 10_000;

    /// <summary>Documents that a query looks up in one statement.</summary>
    public const int QueryLookupSlice = 200;

    /// <summary>Documents looked up by id that a query keeps for the next time, in bytes.</summary>
    public const long QueryLookupBytes = 32L * 1024 * 1024;

    /// <summary>
    /// A dataset up to this size, in bytes, is kept by a query that reads it several times; a larger one is read again.
    /// </summary>
    public const long QueryScanBytes = 64L * 1024 * 1024;

    /// <summary>Most layers of a perspective: each takes a look-up, or a scan, of its own.</summary>
    public const int PerspectiveLayers = 16;

    /// <summary>What the JSON of a query and its parameters may look like.</summary>
    public static readonly JsonLimits QueryJson = new() { MaxDepth = Limits.DocumentDepth };

    /// <summary>Steps that the filter of a grant may take for one document.</summary>
    public const long FilterSteps = 1_000_000;

    /// <summary>Memory that it may take, in bytes.</summary>
    public const long FilterMemoryBytes = 16L * 1024 * 1024;
}
