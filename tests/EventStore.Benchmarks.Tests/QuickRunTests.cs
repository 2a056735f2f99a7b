using System.Diagnostics;
using System.Text.Json.Nodes;
using EventStore.Testing;

namespace EventStore.Benchmarks.Tests;

/// <summary>The benchmarks run, on slices too small to mean anything.</summary>
public sealed class QuickRunTests : IDisposable
{
    private readonly string _results = TemporaryFolder.Create();

    public void Dispose() => Directory.Delete(_results, recursive: true);

    [WorkloadFact("scoop-main.ndjson.zst")]
    public async Task A_quick_run_measures_both_sides_and_writes_them_down()
    {
        string[] arguments =
        [
            "mendoza-apply", "past-document", "--quick", "--workload", "scoop-main", "--transactions", "30", "--results", _results,
        ];
        var output = await RunAsync(arguments, expectedExitCode: 0);

        var run = JsonNode.Parse(File.ReadAllLines(Path.Combine(_results, "runs.ndjson")).ShouldHaveSingleItem())!;
        run["commit"].ShouldNotBeNull(output);
        run["machine"]!["cores"]!.GetValue<int>().ShouldBePositive();
        foreach (var name in new[] { "mendoza-apply", "past-document" })
        {
            var comparisons = run["figures"]![name]!["results"]!.AsArray();
            comparisons.ShouldNotBeEmpty();
            comparisons.ShouldAllBe(comparison => Median(comparison!["ours"]!) >= 0);
            File.ReadAllText(Path.Combine(_results, name + ".md")).ShouldContain("| ratio |");
        }

        // The audit table has no excuse to be absent where the server's own PostgreSQL runs.
        var document = run["figures"]!["past-document"]!["results"]![0]!;
        Median(document["peer"]!).ShouldBePositive();
        document["ratio"]!.GetValue<double>().ShouldBe(Median(document["ours"]!) / Median(document["peer"]!), 0.01);
    }

    [Fact]
    public async Task An_unknown_benchmark_is_refused() =>
        (await RunAsync(["no-such-benchmark"], expectedExitCode: 2)).ShouldContain("past-export");

    private static double Median(JsonNode side) => side["median"]!.GetValue<double>();

    private static async Task<string> RunAsync(string[] arguments, int expectedExitCode)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "EventStore.Benchmarks.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(expectedExitCode, output);
        return output;
    }
}
