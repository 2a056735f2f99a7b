using System.Globalization;
using EventStore.Benchmarks.Append;
using EventStore.Benchmarks.Copies;
using EventStore.Benchmarks.Exports;
using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Patches;
using EventStore.Benchmarks.Pieces;
using EventStore.Benchmarks.Queries;
using EventStore.Benchmarks.Tables;
using EventStore.Testing;

namespace EventStore.Benchmarks;

/// <summary>Which benchmarks there are, and what the command line says about them.</summary>
/// <param name="Options">Null outside the source tree.</param>
/// <param name="Benchmarks">Those that were asked for.</param>
internal sealed record BenchmarkCommandLine(BenchmarkOptions? Options, IReadOnlyList<Benchmark> Benchmarks)
{
    private static readonly Benchmark[] All =
    [
        new("mendoza-diff", "Mendoza: making patches", PatchComparisons.DiffAsync),
        new("mendoza-apply", "Mendoza: applying a patch", PatchComparisons.ApplyAsync),
        new("mendoza-replay", "Mendoza: replaying chains", PatchComparisons.ReplayAsync),
        new("mendoza-size", "Mendoza: bytes of patches", _ => Task.FromResult(PatchSizes.Compare())),
        new("mendoza-worst", "Mendoza: the worst cases", session =>
            Task.FromResult(WorstCaseComparison.Measure(session))),
        new("past-import", "The past: importing a history", PastComparisons.ImportAsync),
        new("past-storage", "The past: what is stored", PastComparisons.StorageAsync),
        new("past-export", "The past: a dataset at an instant", PastComparisons.ExportAsync),
        new("past-document", "The past: one document at an instant", ReadComparisons.DocumentAsync),
        new("past-history", "The past: the history of one document", ReadComparisons.HistoryAsync),
        new("past-replay", "The past: replaying the whole log", ReplayComparison.RunAsync),
        new("past-flat", "The past: what its cost depends on", FlatCost.RunAsync),
        new("past-memory", "The past: with little memory", MemoryLimit.RunAsync),
        new("dataset-copy", "Copying a dataset with its history", CopyComparison.RunAsync),
        new("export-head", "Export of the head", HeadExportComparison.RunAsync),
        new("groq-typical", "GROQ: typical queries", QueryComparison.RunAsync),
        new("query-million", "Queries over a million documents", MillionComparison.RunAsync),
        new("collection-parquet", "Tables: a dataset as Parquet", ParquetComparison.RunAsync),
        new("append-http", "Durable appends over HTTP", HttpAppendComparison.RunAsync),
        new("append-log", "Durable appends to the log", _ => AppendBenchmark.RunAsync(), HasQuickForm: false),
        new("pieces-diff", "Pieces: making patches", session => Piece(PieceBenchmarks.Diff, session), false),
        new("pieces-apply", "Pieces: applying a patch", session => Piece(PieceBenchmarks.Apply, session), false),
        new("pieces-replay", "Pieces: replaying ten patches", session => Piece(PieceBenchmarks.Replay, session), false),
        new("pieces-canonical-json", "Pieces: canonical JSON", session =>
            Piece(PieceBenchmarks.Canonicalize, session), false),
    ];

    /// <returns>Null when an argument is not known.</returns>
    public static BenchmarkCommandLine? Parse(IReadOnlyList<string> arguments)
    {
        var names = new List<string>();
        var options = new BenchmarkOptions { Root = Repository.Root ?? string.Empty };
        string? results = null;
        for (var index = 0; index < arguments.Count; index++)
        {
            var value = index + 1 < arguments.Count ? arguments[index + 1] : null;
            switch (arguments[index])
            {
                case "--quick":
                    options = options.InQuickForm;
                    continue;
                case "--keep":
                    options = options with { Keep = true };
                    continue;
                case "--note" when value is not null:
                    options = options with { Note = value };
                    break;
                case "--results" when value is not null:
                    results = value;
                    break;
                case "--runs" when Count(value) is { } runs:
                    options = options with { Runs = runs };
                    break;
                case "--transactions" when Count(value) is { } transactions:
                    options = options with { Transactions = transactions };
                    break;
                case "--articles" when Count(value) is { } articles:
                    options = options with { Articles = articles };
                    break;
                case "--workload" when value is not null:
                    options = options with { Workloads = value.Split(',') };
                    break;
                case var name when !name.StartsWith('-') && All.Any(benchmark => Matches(benchmark, name)):
                    names.Add(name);
                    continue;
                default:
                    return null;
            }

            index++;
        }

        if (Repository.Root is not { } root)
        {
            return new(null, []);
        }

        // The figures of a quick run mean nothing: they are kept only where somebody asks for them.
        results ??= options.Quick ? null : Path.Combine(root, "benchmarks", "results");
        return new(
            options with { ResultsFolder = results },
            [
                .. All.Where(each => names.Count == 0 || names.Any(name => Matches(each, name)))
                    .Where(each => each.HasQuickForm || !options.Quick),
            ]);
    }

    /// <returns>The exit code.</returns>
    public static int ShowUsage(IReadOnlyList<string> arguments)
    {
        var isAsked = arguments.Any(argument => argument is "--help" or "-h");
        var output = isAsked ? Console.Out : Console.Error;
        output.WriteLine($"""
            Usage: ./eventstore bench [NAME...] [--runs N] [--quick] [--note TEXT] [--keep] [--results FOLDER]
                                      [--workload NAMES] [--transactions N] [--articles N]
            Runs all benchmarks, or those whose name contains a NAME, and writes to benchmarks/results.
            Names: {string.Join(", ", All.Select(benchmark => benchmark.Name))}.
              --runs N            rounds of each comparison (5)
              --quick             a smoke test on small slices, one round; written nowhere unless --results says where
              --note TEXT         kept with the results, such as what else ran on the machine
              --keep              leave the temporary data behind
              --results FOLDER    where pages and runs.ndjson go
              --workload NAMES    edit histories to use (bcd,scoop-main)
              --transactions N    only the first N transactions of each
              --articles N        only N generated articles (1000)
            """);
        return isAsked ? 0 : 2;
    }

    private static bool Matches(Benchmark benchmark, string name) =>
        benchmark.Name.Contains(name, StringComparison.Ordinal);

    private static int? Count(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;

    private static Task<Results.BenchmarkResult> Piece(
        Func<string, Results.BenchmarkResult> measure, BenchmarkSession session) =>
        Task.FromResult(measure(session.Options.Root));
}
