using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EventStore.Benchmarks.Articles;
using EventStore.Benchmarks.Results;

namespace EventStore.Benchmarks.Pieces;

/// <summary>Runs the benchmarks of the diff format with BenchmarkDotNet and tells what they gave.</summary>
internal static class PieceBenchmarks
{
    private const int Warmups = 2;
    private const int Iterations = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Patches made by both sides, and how large they are.</summary>
    public static BenchmarkResult Diff(string root)
    {
        var pairs = RevisionPair.All;
        var sizes = string.Create(
            CultureInfo.InvariantCulture,
            $"Mean size of what is made: Mendoza {pairs.Average(pair => pair.Patches.Apply.Length):0} bytes forward "
            + $"and {pairs.Average(pair => pair.Patches.Revert.Length):0} bytes back, JsonDiffPatch.Net "
            + $"{pairs.Average(pair => Encoding.UTF8.GetByteCount(pair.Delta)):0} bytes (one delta, which serves both "
            + $"ways; no indentation). Every patch forward, and every one of ours back, was applied and gave the right "
            + $"document before anything was timed.");
        return Run<DiffBenchmark>(root, $"One operation is one pair of revisions. {sizes}");
    }

    public static BenchmarkResult Apply(string root) => Run<ApplyBenchmark>(
        root,
        "One operation is one patch. JsonDiffPatch.Net parses the document and its delta and prints the result; "
        + "Mendoza starts from canonical bytes and gives canonical bytes. The copy is what moving the document's "
        + "bytes alone takes.");

    public static BenchmarkResult Replay(string root) => Run<ReplayBenchmark>(
        root,
        "One operation is one document: its first state and ten patches, to the bytes of the last. JsonDiffPatch.Net "
        + "keeps its tree between patches.");

    public static BenchmarkResult Canonicalize(string root) => Run<CanonicalJsonBenchmark>(
        root,
        "One operation is one document, its fields in the order of a client (`submitted`) or sorted (`canonical`). The "
        + "reader goes through all tokens and keeps nothing; canonicalising also refuses duplicate keys, sorts and "
        + "writes.");

    private static BenchmarkResult Run<T>(string root, string explanation)
    {
        var summary = BenchmarkRunner.Run<T>(CreateConfiguration(root));
        if (summary.HasCriticalValidationErrors || summary.Reports.IsEmpty
            || summary.Reports.Any(report => report.ResultStatistics is null))
        {
            throw new InvalidOperationException($"{typeof(T).Name} gave no result.");
        }

        var table = new MarkdownTable("", "median", "min … max", "ratio of medians", "of minima", "allocated");
        var figures = new JsonArray();
        var groups = summary.Reports.GroupBy(report => report.BenchmarkCase.Parameters.PrintInfo);
        foreach (var group in groups)
        {
            var baseline = group.Single(report => report.BenchmarkCase.Descriptor.Baseline);
            foreach (var report in group)
            {
                AddLine(report, baseline.ResultStatistics!, table, figures);
            }
        }

        return new(
            $"{explanation}\n\nData: {ArticleCorpus.Instance.Description}. Each line: {Iterations} iterations over all "
            + $"of it after {Warmups} to warm up. A ratio below 1 is faster than the baseline, whose ratio is 1; that "
            + $"of minima is less disturbed by whatever else the machine did.\n\n{table}",
            figures);
    }

    private static void AddLine(
        BenchmarkReport report, Statistics baseline, MarkdownTable table, JsonArray figures)
    {
        var parameters = report.BenchmarkCase.Parameters.Items.Select(parameter => $" ({parameter.Value})");
        var name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'') + string.Concat(parameters);
        var statistics = report.ResultStatistics!;
        var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
        var ratio = statistics.Median / baseline.Median;
        var ratioOfMinima = statistics.Min / baseline.Min;
        table.Add(
            name,
            Figure.Nanoseconds(statistics.Median),
            $"{Figure.Nanoseconds(statistics.Min)} … {Figure.Nanoseconds(statistics.Max)}",
            Figure.Significant(ratio),
            Figure.Significant(ratioOfMinima),
            Figure.Bytes(allocated));
        figures.Add(new JsonObject
        {
            ["name"] = name,
            ["medianNanoseconds"] = Figure.Rounded(statistics.Median),
            ["minNanoseconds"] = Figure.Rounded(statistics.Min),
            ["maxNanoseconds"] = Figure.Rounded(statistics.Max),
            ["iterations"] = statistics.N,
            ["ratio"] = Figure.Rounded(ratio),
            ["ratioOfMinima"] = Figure.Rounded(ratioOfMinima),
            ["allocatedBytes"] = allocated,
        });
    }

    /// <summary>In this process, so that nothing is built or restored. Outliers stay in: they happened.</summary>
    private static IConfig CreateConfiguration(string root) => ManualConfig.CreateEmpty()
        .AddJob(Job.ShortRun
            .WithToolchain(new InProcessEmitToolchain(Patience, logOutput: true))
            .WithWarmupCount(Warmups)
            .WithIterationCount(Iterations)
            .WithOutlierMode(Perfolizer.Mathematics.OutlierDetection.OutlierMode.DontRemove))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddLogger(ConsoleLogger.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .WithArtifactsPath(Path.Combine(root, "benchmarks", "BenchmarkDotNet.Artifacts"));
}
