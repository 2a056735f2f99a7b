using System.Diagnostics;
using System.Globalization;
using EventStore.Benchmarks.Results;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Patches;

/// <summary>What the hardest pairs cost, in time and memory.</summary>
internal static class WorstCaseComparison
{
    /// <summary>The hidden argument of a process that measures the memory of one case.</summary>
    public const string MemoryArgument = "--worst-case-memory";

    private const int SmallDocument = 100_000;
    private const double SmallLimit = 20e6;
    private const double LargeLimit = 2e9;
    private const double MemoryFactor = 6;

    /// <summary>As a program's first thread has it.</summary>
    private const int DeepStack = 8 * 1024 * 1024;

    public static BenchmarkResult Measure(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        foreach (var worst in WorstCases.All)
        {
            var (left, right) = worst.Make();
            var size = Math.Max(left.Length, right.Length);
            if (session.Options.Quick && size > SmallDocument)
            {
                continue;
            }

            var patches = MendozaDiff.Create(left, right);
            if (!MendozaPatch.Apply(left, patches.Apply).AsSpan().SequenceEqual(right)
                || !MendozaPatch.Apply(right, patches.Revert).AsSpan().SequenceEqual(left))
            {
                throw new InvalidOperationException($"A patch of the worst case \"{worst.Name}\" is wrong.");
            }

            var what = string.Create(
                CultureInfo.InvariantCulture,
                $"{worst.Name} ({Figure.Bytes(left.Length)} and {Figure.Bytes(right.Length)}; patch "
                + $"{Figure.Bytes(patches.Apply.Length)})");
            comparisons.Add(new(
                "diff, " + what,
                Unit.Nanoseconds,
                new("MendozaDiff", [.. Enumerable.Range(0, session.Options.Runs).Select(_ => Time(left, right))]),
                null,
                Goal.Under(size <= SmallDocument * 1.1 ? SmallLimit : LargeLimit, Unit.Nanoseconds)));
            if (MeasureMemory(worst.Name) is { } memory)
            {
                comparisons.Add(new(
                    "memory, " + worst.Name,
                    Unit.Bytes,
                    new("MendozaDiff", [memory]),
                    new("both documents", [left.Length + right.Length]),
                    size > SmallDocument * 1.1 ? Goal.AtMost(MemoryFactor) : null));
            }
        }

        return ComparisonTable.Describe(
            "One diff in both directions, checked first. Memory is by how much the resident size of a fresh process "
            + "grew at its highest during one diff, after the documents and the compiled code were there and all other "
            + "memory had been given back; patches included. For small "
            + "documents that is mostly what the runtime itself takes, so they have no goal.",
            comparisons);
    }

    /// <summary>Runs one case in this process and prints by how many bytes its resident size grew at most.</summary>
    public static int PrintMemory(string name)
    {
        var worst = WorstCases.All.Single(each => each.Name == name);
        WarmUp();
        var (left, right) = worst.Make();

        // A thread of its own, so that the memory it keeps for its next pair goes with it.
        var first = new Thread(() => MendozaDiff.Create(left, right), DeepStack);
        first.Start();
        first.Join();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

        // Resets the highest size that the system remembers.
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = ResidentBytes("VmRSS:");
        MendozaDiff.Create(left, right);
        Console.WriteLine(ResidentBytes("VmHWM:") - before);
        GC.KeepAlive((left, right));
        return 0;
    }

    /// <summary>The code itself, as compiled, is not what a diff takes.</summary>
    private static void WarmUp()
    {
        var articles = RevisionSet.OfArticles(2, 10).Chains.SelectMany(chain => chain.Documents).ToArray();
        foreach (var (left, right) in articles.Zip(articles.Skip(1)).Append(WorstCases.Small))
        {
            MendozaDiff.Create(left, right);
        }
    }

    private static double Time(byte[] left, byte[] right)
    {
        var start = ThreadClock.Now;
        MendozaDiff.Create(left, right);
        return ThreadClock.Now - start;
    }

    private static double? MeasureMemory(string name)
    {
        if (!File.Exists("/proc/self/clear_refs"))
        {
            return null;
        }

        var program = typeof(WorstCaseComparison).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", ["exec", program, MemoryArgument, name])
        {
            RedirectStandardOutput = true,

            // The compiler would compile hot loops anew, at some megabytes, while the memory is measured.
            Environment = { ["DOTNET_TieredCompilation"] = "0" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.TryParse(output, CultureInfo.InvariantCulture, out var bytes) ? Math.Max(bytes, 0) : null;
    }

    private static double ResidentBytes(string field) => ProcessMemory.Read("self", field);
}
