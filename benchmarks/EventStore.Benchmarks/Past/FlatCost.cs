using System.Globalization;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;
using EventStore.Benchmarks.Workload;

namespace EventStore.Benchmarks.Past;

/// <summary>Whether the past costs what comes out, whatever its age and however much happened since.</summary>
internal static class FlatCost
{
    private const int Instants = 20;
    private const double MostVariation = 1.5;
    private const double MostGrowth = 1.1;
    private const string Doubled = "doubled";

    public static async Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        var byAge = new MarkdownTable("as-of export", "documents' bytes", "time", "ns per byte");
        await foreach (var stage in session.PastAsync())
        {
            comparisons.Add(await CompareAgesAsync(session, stage, byAge));
            comparisons.AddRange(await CompareDoubledAsync(session, stage));
        }

        comparisons.Add(await RevisionCost.CompareAsync(session));
        var result = ComparisonTable.Describe(
            "Age: the export over HTTP at twenty instants spread evenly over the log and at its end; the dearest byte "
            + "against the cheapest, by medians. Doubling: a second dataset has the history twice, the second time "
            + "with later times and other ids, so that it ends in the same documents; its export at its end, and at "
            + "the end of its first half, against the same export of the single history. Revisions: one document of "
            + "about 2 kB at a random revision by `?revision=`, with many revisions against with a hundred.",
            comparisons);
        return result with { Markdown = $"{result.Markdown}\n{byAge}" };
    }

    private static async Task<Comparison> CompareAgesAsync(
        BenchmarkSession session, PastStage stage, MarkdownTable byAge)
    {
        var server = await stage.ServerAsync();
        var count = session.Options.Quick ? 3 : Instants;
        PastInstant[] instants =
        [
            .. Enumerable.Range(1, count).Select(index => stage.Workload.InstantAt((double)index / count)).Distinct(),
        ];
        var bytes = new long[instants.Length];
        var rounds = await Turns.TakeAsync(
            session.Options.Runs + 1,
            [
                .. instants.Select((instant, index) => (Func<Task<double>>)(async () =>
                {
                    var export = await server.Requests.GetAsync(ServerUnderTest.ExportPath(instant.TimeParameter));
                    bytes[index] = export.Bytes;
                    return export.Nanoseconds;
                })),
            ]);

        // The first round warms up.
        double[] perByte = [.. rounds.Select((times, index) => Figure.Median(times.Skip(1)) / bytes[index])];
        for (var index = 0; index < instants.Length; index++)
        {
            byAge.Add(
                $"{stage.Name} at transaction {Figure.Whole(instants[index].Transaction)}",
                Figure.Bytes(bytes[index]),
                Figure.Nanoseconds(perByte[index] * bytes[index]),
                Figure.Significant(perByte[index]));
        }

        return new(
            string.Create(
                CultureInfo.InvariantCulture, $"nanoseconds per byte of as-of export, {stage.Name}, dearest age"),
            Unit.Number,
            new("dearest instant", [perByte.Max()]),
            new("cheapest instant", [perByte.Min()]),
            Goal.AtMost(MostVariation));
    }

    private static async Task<Comparison[]> CompareDoubledAsync(BenchmarkSession session, PastStage stage)
    {
        var server = await stage.ServerAsync();
        var file = DoubledHistory.Write(stage.Workload, Path.Combine(session.Folder, stage.Name));
        Console.WriteLine($"{stage.Name}: importing the history twice ...");
        await server.ImportAsync(file, Doubled);
        File.Delete(file);
        await stage.SettleAsync();
        var end = stage.Workload.InstantAt(1).TimeParameter;
        Func<Task<double>>[] exports =
        [
            () => ExportAsync(server, ServerUnderTest.ExportPath(end)),
            () => ExportAsync(server, ServerUnderTest.Path("export", Doubled)),
            () => ExportAsync(server, ServerUnderTest.ExportPath(end, Doubled)),
        ];
        foreach (var export in exports)
        {
            await export();
        }

        var rounds = await Turns.TakeAsync(session.Options.Runs, exports);
        var single = new Side("the single history at its end", rounds[0]);
        return
        [
            new(
                $"export at the end of the doubled history, {stage.Name}",
                Unit.Nanoseconds,
                new("export", rounds[1]),
                single,
                Goal.AtMost(MostGrowth)),
            new(
                $"export at the middle of the doubled history, {stage.Name}",
                Unit.Nanoseconds,
                new("export", rounds[2]),
                single,
                Goal.AtMost(MostGrowth)),
        ];
    }

    private static async Task<double> ExportAsync(ServerUnderTest server, string path) =>
        (await server.Requests.GetAsync(path)).Nanoseconds;
}
