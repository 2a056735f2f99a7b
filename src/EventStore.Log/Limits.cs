namespace EventStore.Log;

/// <summary>
/// Every limit of the log, in one place. What is outside a limit gets a typed error; none of these may be discovered by
/// a crash. The diff format has its own in <c>EventStore.Mendoza</c>, the HTTP interface in <c>EventStore.Server</c>.
/// </summary>
public static class Limits
{
    /// <summary>Largest body of a mutate request, in bytes (the vendor's documented figure).</summary>
    public const int MutateBodyBytes = 4_000_000;

    /// <summary>Largest document, in bytes of its canonical form.</summary>
    public const int DocumentBytes = 32_000_000;

    /// <summary>
    /// How deep arrays and objects may nest in a document; the document itself is level 1. The product figure of the
    /// vendor is 20, but real data that was never edited by a form goes deeper.
    /// </summary>
    public const int DocumentDepth = 64;

    /// <summary>Levels that wrap a document in a mutate body: the body, its array, the mutation, and the patch
    /// operation.</summary>
    public const int MutateBodyDepth = DocumentDepth + 8;

    /// <summary>Most elements of one array in a document.</summary>
    public const int ArrayElements = 50_000;

    /// <summary>Most mutations in one transaction.</summary>
    public const int MutationsPerTransaction = 50_000;

    /// <summary>Most errors reported for one transaction; the rest would say nothing new.</summary>
    public const int ReportedErrors = 100;

    /// <summary>Longest document id, in characters.</summary>
    public const int DocumentIdLength = 128;

    /// <summary>Longest transaction id, in characters.</summary>
    public const int TransactionIdLength = 128;

    /// <summary>Longest dataset name, in characters.</summary>
    public const int DatasetNameLength = 64;

    /// <summary>Longest path in a patch, in UTF-16 code units.</summary>
    public const int PathLength = 8_192;

    /// <summary>Most steps in one path, those inside unions and recursions included.</summary>
    public const int PathSteps = 256;

    /// <summary>Most values that one path may select in one document.</summary>
    public const int PathMatches = 200_000;

    /// <summary>
    /// What the patches of one transaction may cost together. One unit is about one visited value, one moved array
    /// element or one step of a text search; all of them take in the order of one second and bound the memory in use.
    /// </summary>
    public const long TransactionWork = 20_000_000;

    /// <summary>Groups that may wait for the writer of one dataset; more wait to get into the queue.</summary>
    public const int AppendQueueGroups = 1_024;

    /// <summary>A group commit takes no further request once it has this many.</summary>
    public const int GroupCommitRequests = 1_024;

    /// <summary>A group commit takes no further request once its mutations have this many bytes.</summary>
    public const long GroupCommitBytes = 16_000_000;

    /// <summary>
    /// Patches of a group commit are computed on all cores when its documents have more bytes than this.
    /// </summary>
    public const long ParallelDiffBytes = 64_000;

    /// <summary>A chain gets no keyframe before its patches have this many bytes.</summary>
    public const int LeastChainBytes = 4_096;

    /// <summary>Seconds that writing one group commit may take in the database.</summary>
    public const int AppendTimeoutSeconds = 120;

    /// <summary>How long the outcome of an interrupted commit is looked for before it is reported as unknown.</summary>
    public static readonly TimeSpan OutcomeDeadline = TimeSpan.FromSeconds(20);

    /// <summary>Pause between two attempts to find out that outcome.</summary>
    public static readonly TimeSpan OutcomeRetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes of heads that the writer of a dataset keeps in memory between commits.</summary>
    public const long HeadCacheBytes = 64_000_000;

    /// <summary>
    /// Documents of one database transaction, before and after, in bytes: a group whose documents have more is
    /// committed in several, and heads are not loaded beyond this.
    /// </summary>
    public const long BatchDocumentBytes = 32_000_000;

    /// <summary>Most bytes that the documents of one transaction may have together, before it or after it.</summary>
    public const long TransactionDocumentBytes = 96_000_000;

    /// <summary>Connections that writers keep between commits, in a process.</summary>
    public const int KeptConnections = 16;

    /// <summary>
    /// Attempts to commit without taking the dataset's lock first, while other processes write as well.
    /// </summary>
    public const int AttemptsWithoutLock = 2;

    /// <summary>Idle time after which a writer forgets its heads.</summary>
    public static readonly TimeSpan HeadCacheIdle = TimeSpan.FromSeconds(30);

    /// <summary>Referring documents that the error of a refused deletion names.</summary>
    public const int ReferencingIdsShown = 100;

    /// <summary>Documents in the first page of a dataset that is read; later pages are as their sizes ask.</summary>
    public const int PageDocuments = 64;

    /// <summary>Fewest documents that are looked up for one page of a dataset, however large they are.</summary>
    public const int PageDocumentsLeast = 16;

    /// <summary>Most documents in one page of a dataset, however small they are.</summary>
    public const int PageDocumentsMost = 4_000;

    /// <summary>
    /// About how many bytes a page of a dataset has: somewhat less than half of a megabyte, which is what buffers for
    /// pages have.
    /// </summary>
    public const int DatasetPageBytes = 400_000;

    /// <inheritdoc cref="DatasetPageBytes"/>
    public const int DatasetPageBuffer = 512 * 1024;

    /// <summary>
    /// Documents of a page that are this many times as large as those of the page before, and larger than <see
    /// cref="PageDocumentBytes"/>, are fetched by themselves: a page is looked up before its size is known.
    /// </summary>
    public const int PageDocumentFactor = 4;

    /// <inheritdoc cref="PageDocumentFactor"/>
    public const int PageDocumentBytes = 64_000;

    /// <summary>
    /// What a portion of a dataset counts that a read has in memory: a page or a chunk as it is stored, and unpacked.
    /// </summary>
    public const long PortionBytes = 2_000_000;

    /// <summary>Most portions that one read has in memory, as far as there is room for more than one.</summary>
    public const int PortionsAhead = 6;

    /// <summary>
    /// What all reads of whole datasets may take together, besides one portion each, is the process's memory divided by
    /// this.
    /// </summary>
    public const int ReadersMemoryShare = 6;

    /// <summary>Most bytes that they may take, however much there is.</summary>
    public const long ReadersBytes = 512_000_000;

    /// <summary>A stored text or a chunk that is larger is read by one read at a time.</summary>
    public const int LargePortionBytes = 4_000_000;

    /// <summary>
    /// How long a read waits for another one that has such a large portion: it may have to do with itself.
    /// </summary>
    public static readonly TimeSpan LargePortionPatience = TimeSpan.FromSeconds(10);

    /// <summary>Bytes after which a page ends early; its last item may exceed them.</summary>
    public const long PageBytes = 4_000_000;

    /// <summary>Transactions in one page of a log that is being read.</summary>
    public const int PageTransactions = 512;

    /// <summary>
    /// Transactions in one page of a document's history. Mutations that are longer than their share of the page take a
    /// look-up of their own; so many leave them room for about a thousand documents.
    /// </summary>
    public const int DocumentPageTransactions = 128;

    /// <summary>Ids of changed documents that are fetched at a time.</summary>
    public const int ChangedDocumentsPerRead = 100_000;

    /// <summary>
    /// How often edits that are looked at together and others may alternate in one document: the document is rebuilt
    /// around each turn.
    /// </summary>
    public const int EditRuns = 1_000;

    /// <summary>Documents whose references are looked up in one statement.</summary>
    public const int ReferencesPerRead = 10_000;

    /// <summary>
    /// Effects of a document that are gone back over to find the one at a time: then halving is faster.
    /// </summary>
    public const int TimeSteps = 32;

    /// <summary>Pairs of a time and a sequence that are remembered of a dataset.</summary>
    public const int TimeMarks = 256;

    /// <summary>Datasets of which such pairs are remembered.</summary>
    public const int TimeMarkedDatasets = 1_000;

    /// <summary>Documents that are rebuilt in one statement.</summary>
    public const int ChainsPerRead = 128;

    /// <summary>
    /// Bytes of documents that a verification keeps in memory before it forgets them and rebuilds on demand.
    /// </summary>
    public const long VerificationStateBytes = 96_000_000;

    /// <summary>
    /// Bytes of documents that a reader of the whole log carries along before it forgets them and rebuilds on demand.
    /// </summary>
    public const long ReplayStateBytes = 64_000_000;

    /// <summary>Chunks of a checkpoint that are fetched in one statement.</summary>
    public const int CheckpointChunksPerRead = 4;

    /// <summary>
    /// Most transactions between a checkpoint and the sequence that is read for the log between them to be merged; a
    /// longer tail is not read, and every document rebuilt from its own chain.
    /// </summary>
    public const long TailTransactions = 200_000;

    /// <summary>Most effects of a tail that is merged.</summary>
    public const int TailEffects = 200_000;

    /// <summary>Most bytes of patches of a tail that is merged; they are held in memory.</summary>
    public const long TailBytes = 32_000_000;

    /// <summary>What an effect of a tail takes besides its patch, in bytes.</summary>
    public const int TailEffectBytes = 64;

    /// <summary>Longest text that the log packs or unpacks, in bytes; larger than anything that can get into
    /// it.</summary>
    public const int PackedTextBytes = 512_000_000;

    /// <summary>Buffers for packing that a thread keeps between texts, in bytes.</summary>
    public const int PackingBufferBytes = 4_000_000;

    /// <summary>Effects that are handed to a worker of a replay together.</summary>
    public const int ReplayPortionEffects = 40_000;

    /// <summary>Bytes of packed patches after which such a portion ends early.</summary>
    public const long ReplayPortionBytes = 6_000_000;

    /// <summary>Portions that wait for a worker of a replay.</summary>
    public const int ReplayPortionsAhead = 1;

    /// <summary>Transactions between two reports of a replay.</summary>
    public const long ReplayStepTransactions = 20_000;

    /// <summary>Rows of a deleted dataset that are erased in one database transaction.</summary>
    public const int ErasedRows = 5_000;

    /// <summary>Stretches of its checkpoints that are erased in one database transaction.</summary>
    public const int ErasedChunks = 50;

    /// <summary>Portions erased from one table after which its space is given back at once.</summary>
    public const int VacuumedPortions = 4;

    /// <summary>Documents that a rebuild takes at a time; their heads are compared with writers held up.</summary>
    public const int RebuildSliceDocuments = 64;

    /// <summary>What a row that waits to be compared takes besides its content, in bytes.</summary>
    public const int RebuildRowBytes = 100;

    /// <summary>Transactions of a log that are copied in one database transaction.</summary>
    public const int CopiedTransactions = 50_000;

    /// <summary>Checkpoints that are copied in one database transaction.</summary>
    public const int CopiedCheckpoints = 32;

    /// <summary>Documents whose derived rows are copied in one database transaction.</summary>
    public const int CopiedDocuments = 5_000;

    /// <summary>
    /// Bytes of a string that the attribute index keeps; longer ones are told apart by their documents.
    /// </summary>
    public const int IndexedTextBytes = 64;

    /// <summary>Longest name of a type that the attribute index keeps apart from other types, in characters.</summary>
    public const int IndexedTypeLength = 128;

    /// <summary>Most types of a dataset that the attribute index keeps apart.</summary>
    public const int IndexedTypes = 1_000;

    /// <summary>Longest path that is indexed, in names.</summary>
    public const int IndexedPathNames = 8;

    /// <summary>Longest name in a path that is indexed, in characters.</summary>
    public const int IndexedNameLength = 128;

    /// <summary>Datasets whose indexes a process knows the layouts of.</summary>
    public const int RememberedLayouts = 1_000;

    /// <summary>Documents that the attribute index reads at a time while it follows the log.</summary>
    public const int IndexedSliceDocuments = 100;

    /// <summary>Rows that the attribute index writes or deletes in one statement.</summary>
    public const int IndexedRowsPerStatement = 5_000;
}
