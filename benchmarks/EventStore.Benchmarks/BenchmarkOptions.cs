namespace EventStore.Benchmarks;

/// <summary>What was asked for on the command line, and the sizes that follow from it.</summary>
internal sealed record BenchmarkOptions
{
    private const int QuickTransactions = 120;
    private const int QuickArticles = 10;
    private const int FullRounds = 5;
    private const int AllArticles = 1000;

    /// <summary>Root of the source tree.</summary>
    public required string Root { get; init; }

    /// <summary>The smoke form: small slices and one round. Its figures mean nothing.</summary>
    public bool Quick { get; init; }

    /// <summary>The options of a quick run.</summary>
    public BenchmarkOptions InQuickForm => this with { Quick = true, Runs = 1, Articles = QuickArticles };

    /// <summary>Rounds of each comparison, all sides taking turns in each.</summary>
    public int Runs { get; init; } = FullRounds;

    /// <summary>Leaves the temporary data behind.</summary>
    public bool Keep { get; init; }

    public string? Note { get; init; }

    /// <summary>Where the results go; null means nowhere but the terminal.</summary>
    public string? ResultsFolder { get; init; }

    /// <summary>Names of the edit histories to use.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = ["bcd", "scoop-main"];

    /// <summary>Only so many transactions of each edit history; null means all.</summary>
    public int? Transactions { get; init; }

    public int? TransactionLimit => Transactions ?? (Quick ? QuickTransactions : null);

    /// <summary>Generated documents of the comparisons of the diff format.</summary>
    public int Articles { get; init; } = AllArticles;

    public int ArticleRevisions => Quick ? 5 : 50;

    /// <summary>Requests of one round where latencies are compared.</summary>
    public int RequestsPerRound => Quick ? 20 : 1000;

    public TimeSpan LoadDuration => TimeSpan.FromSeconds(Quick ? 0.3 : 5);

    public TimeSpan LoadWarmup => TimeSpan.FromSeconds(Quick ? 0.1 : 2);

    /// <summary>How long code is run before it is timed, so that both runtimes have compiled what is hot.</summary>
    public TimeSpan CodeWarmup => TimeSpan.FromSeconds(Quick ? 0.05 : 4);

    /// <summary>A server that has written nothing for so long has done what was due in the background.</summary>
    public TimeSpan QuietBackground => TimeSpan.FromSeconds(Quick ? 0.4 : 6);
}
