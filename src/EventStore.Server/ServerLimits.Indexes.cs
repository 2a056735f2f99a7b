namespace EventStore.Server;

/// <summary>Limits of small queries and of the attribute index.</summary>
internal static partial class ServerLimits
{
    /// <summary>Most queries that are evaluated where their requests are, without threads of their own.</summary>
    public const int QueriesAtOnce = 64;

    /// <summary>Most reads of such a query; it is evaluated once more after each.</summary>
    public const int QueryReadsAtOnce = 4;

    /// <summary>Most steps of such a query.</summary>
    public const long QueryStepsAtOnce = 100_000;

    /// <summary>Most memory of such a query, in bytes.</summary>
    public const long QueryMemoryBytesAtOnce = 4L << 20;

    /// <summary>Largest result of such a query, in bytes.</summary>
    public const long QueryResultBytesAtOnce = 1L << 20;

    /// <summary>Pause between two looks for attribute indexes that lag, unless a query asks for one.</summary>
    public static readonly TimeSpan AttributeInterval = TimeSpan.FromMilliseconds(700);

    /// <summary>The shortest pause between two of them whatever happens.</summary>
    public static readonly TimeSpan AttributePause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long one dataset's index is worked on before others have their turn.</summary>
    public static readonly TimeSpan AttributeTurn = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A log that grows by more transactions or new documents between two looks is being imported into.
    /// </summary>
    public const long AttributeBusyGrowth = 1_000;

    /// <summary>An index follows such a log only now and then.</summary>
    public static readonly TimeSpan AttributeBusyInterval = TimeSpan.FromSeconds(30);

    /// <summary>How exactly it is known when a path was last asked for.</summary>
    public static readonly TimeSpan AttributeAskInterval = TimeSpan.FromHours(1);

    /// <summary>Paths asked for that a server remembers.</summary>
    public const int RememberedAttributes = 1_000;

    /// <summary>Most types that a query without one is looked up for in the attribute index, each by itself.</summary>
    public const int IndexedTypesOfQuery = 64;

    /// <summary>Most ranges of an attribute index that are read for one condition.</summary>
    public const int IndexRanges = 1_000;

    /// <summary>Candidates of a condition that are read together with their documents.</summary>
    public const int IndexFirstDocuments = 10;

    /// <summary>
    /// Candidates of a condition that are read before others of the same query are tried instead, in documents.
    /// </summary>
    public const int IndexFirstCandidates = 1_000;

    /// <summary>
    /// Most candidates, in documents: they are kept in memory, and reading the dataset as a whole takes no longer.
    /// </summary>
    public const int IndexCandidates = 50_000;

    /// <summary>Candidates are a larger share of a dataset than one in so many: then it is read as a whole.</summary>
    public const int IndexCandidateShare = 8;

    /// <summary>Fewer candidates are not worth a look at what else the query says of them.</summary>
    public const int IndexIntersectedFrom = 400;

    /// <summary>
    /// Most documents changed since an attribute index was true that a query reads as well; with more it does without.
    /// </summary>
    public const int IndexTailDocuments = 2_000;

    /// <summary>Most conditions of a query whose candidates are counted to find one that has few.</summary>
    public const int IndexConditionsTried = 3;

    /// <summary>Longest beginning of an order, in documents, that is read from the index of the order's path.</summary>
    public const int IndexOrderedLimit = 1_000;

    /// <summary>Most entries that are read in an order for a query that wants the first few which match.</summary>
    public const int IndexOrderedEntries = 4_000;
}
