using System.Diagnostics;
using System.Globalization;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;

namespace EventStore.Benchmarks.Patches;

/// <summary>The diff format against the npm libraries that do the same work.</summary>
internal static class PatchComparisons
{
    /// <summary>The sides change places so often in a round.</summary>
    private const int Slices = 20;

    private const string NpmMendoza = "npm mendoza, simple";

    public static async Task<BenchmarkResult> DiffAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        var notes = new List<string>();
        foreach (var stage in session.RevisionSets())
        {
            var (set, ours, node) = (stage.Set, stage.Ours, stage.Node);
            double[][] rounds = await MeasureAsync(
                session,
                stage,
                ours.DiffAsync,
                node is null ? null : (from, to) => node.DiffAsync(set, NodePeer.JsonDiffPatch, true, from, to),
                node is null ? null : (from, to) => node.DiffAsync(set, NodePeer.FastJsonPatch, true, from, to),
                node is null ? null : (from, to) => node.DiffAsync(set, NodePeer.JsonDiffPatch, false, from, to),
                node is null ? null : (from, to) => node.DiffAsync(set, NodePeer.FastJsonPatch, false, from, to));
            var mine = PerOperation("MendozaDiff, both directions", rounds[0], set.Pairs);
            (string Name, Goal? Goal)[] peers =
            [
                ("jsondiffpatch, one direction", stage.IsArticles ? Goal.FasterBy(10) : null),
                ("fast-json-patch, one direction", stage.IsArticles ? Goal.FasterBy(2) : null),
                ("jsondiffpatch, from and to objects", null),
                ("fast-json-patch, from and to objects", null),
            ];
            comparisons.AddRange(peers.Select((peer, index) => new Comparison(
                $"diff, {set.Title}",
                Unit.Nanoseconds,
                mine,
                PerOperation(peer.Name, rounds[index + 1], set.Pairs),
                peer.Goal)));
            await ours.DiffAsync(0, set.Chains.Count);
            comparisons.Add(Allocation("diff", stage));
            var refused = node?.CountRefused(set, NodePeer.JsonDiffPatch, 0, set.Chains.Count) ?? 0;
            notes.Add(refused == 0 ? set.Description : $"{set.Description}; jsondiffpatch refuses {refused} of them");
        }

        return ComparisonTable.Describe(
            "One operation is one pair of revisions. Ours: from the bytes of both to patches in both directions. The "
            + "peers: from the text of both (JavaScript strings) to the text of one delta: two times JSON.parse, the "
            + "diff, JSON.stringify; and, for orientation, the diff alone, between parsed documents. jsondiffpatch "
            + "tells array items apart by `_key`. " + Common(notes),
            comparisons);
    }

    public static async Task<BenchmarkResult> ApplyAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        var notes = new List<string>();
        foreach (var stage in session.RevisionSets())
        {
            var (set, ours, node) = (stage.Set, stage.Ours, stage.Node);
            double[][] rounds = await MeasureAsync(
                session,
                stage,
                ours.ApplyAsync,
                node is null ? null : (from, to) => node.ApplyAsync(set, from, to),
                ours.CopyAsync,
                ours.ApplyUntrustedAsync);
            var mine = PerOperation("MendozaPatch.Apply, trusted", rounds[0], set.Pairs);
            var npm = PerOperation(NpmMendoza, rounds[1], set.Pairs);
            comparisons.Add(new(
                $"apply, {set.Title}",
                Unit.Nanoseconds,
                mine,
                npm,
                set.Name switch { "articles" => Goal.FasterBy(10), "vectors" => Goal.FasterBy(5), _ => null }));
            comparisons.Add(new(
                $"apply, {set.Title}",
                Unit.Nanoseconds,
                mine,
                PerOperation("copy of the left bytes", rounds[2], set.Pairs),
                stage.IsArticles ? Goal.AtMost(5) : null));
            comparisons.Add(new(
                $"apply, {set.Title}, patch not trusted",
                Unit.Nanoseconds,
                PerOperation("MendozaPatch.Apply, untrusted", rounds[3], set.Pairs),
                npm,
                null));
            await ours.ApplyAsync(0, set.Chains.Count);
            comparisons.Add(Allocation("apply", stage));
            notes.Add(set.Description);
        }

        return ComparisonTable.Describe(
            "One operation is one patch. Ours: from the bytes of the document and the patch to the bytes of the "
            + "result, in a buffer that is used again; patches in canonical form are taken as they stand, as the log "
            + "does with its own, and in a line of their own checked as if they came from a stranger. npm: JSON.parse "
            + "of both, the patch, JSON.stringify. The copy is what moving the left document's bytes alone takes. The "
            + "vectors have the reference's patches, the others have ours. " + Common(notes),
            comparisons);
    }

    public static async Task<BenchmarkResult> ReplayAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        var notes = new List<string>();
        foreach (var stage in session.RevisionSets().Where(stage => stage.HasChains))
        {
            var (set, ours, node) = (stage.Set, stage.Ours, stage.Node);
            double[][] rounds = await MeasureAsync(
                session, stage, ours.ReplayAsync, node is null ? null : (from, to) => node.ReplayAsync(set, from, to));
            comparisons.Add(new(
                $"replay, {set.Title}",
                Unit.Nanoseconds,
                PerOperation("document chain", rounds[0], set.Chains.Count),
                PerOperation(NpmMendoza, rounds[1], set.Chains.Count),
                stage.IsArticles ? Goal.FasterBy(10) : null));
            notes.Add(set.Description);
        }

        return ComparisonTable.Describe(
            "One operation is one document: from the bytes of its first revision over all patches (50 for an article) "
            + "to the bytes of its last. npm parses the document once, every patch, and prints the last result. "
            + Common(notes),
            comparisons);
    }

    private static async Task<double[][]> MeasureAsync(
        BenchmarkSession session, RevisionStage stage, params Func<int, int, Task<double>>?[] sides)
    {
        await stage.CheckAsync();
        foreach (var side in sides.Where(side => side is not null))
        {
            await WarmAsync(side!, stage.Set.Chains.Count, session.Options.CodeWarmup);
        }

        // The edit histories have no goals of their own and take minutes: one pass.
        return await Turns.TakeSlicesAsync(
            stage.IsHistory ? 1 : session.Options.Runs, stage.Set.Chains.Count, Slices, sides);
    }

    private static async Task WarmAsync(Func<int, int, Task<double>> side, int chains, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var portion = Math.Max(1, chains / Slices);
        for (var from = 0; Stopwatch.GetElapsedTime(start) < duration; from = (from + portion) % chains)
        {
            await side(from, Math.Min(from + portion, chains));
        }
    }

    private static Side PerOperation(string name, double[] rounds, int operations) =>
        new(name, [.. rounds.Select(round => round / operations)]);

    private static Comparison Allocation(string what, RevisionStage stage) => new(
        $"{what}, {stage.Set.Title}: allocated by an operation",
        Unit.Bytes,
        new("steady state", [stage.Ours.AllocatedPerOperation]),
        null,
        stage.IsArticles ? Goal.Under(0, Unit.Bytes) : null);

    private static string Common(List<string> notes) => string.Create(
        CultureInfo.InvariantCulture,
        $"Both sides work on the same bytes, one thread each, in turns ({Slices} slices a round); the clock is "
        + $"{(ThreadClock.IsOfThread ? "that thread's time on the processor" : "on the wall")}; every patch had been "
        + $"applied and its result compared before. Medians of rounds, min … max in brackets; a ratio is ours "
        + $"divided by the peer's.\n\n{string.Join("\n\n", notes.Select(note => note + "."))}");
}
