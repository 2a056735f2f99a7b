using EventStore.Benchmarks.Results;

namespace EventStore.Benchmarks.Past;

/// <summary>The large operations in a server that may not have more than 256 MB of managed heap.</summary>
internal static class MemoryLimit
{
    private const string LimitVariable = "DOTNET_GCHeapHardLimit";
    private const string Limit = "0x10000000";

    public static async Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        await foreach (var stage in session.PastAsync())
        {
            Console.WriteLine($"{stage.Name}: with little memory ...");
            await using var server = await ServerUnderTest.StartAsync(
                new Dictionary<string, string> { [LimitVariable] = Limit });
            (string Name, Func<Task> Run)[] operations =
            [
                ("import", () => server.ImportAsync(stage.Workload.Path)),
                ("export at 50 %", () => server.Requests.GetAsync(
                    ServerUnderTest.ExportPath(stage.Workload.InstantAt(0.5).TimeParameter))),
                ("export at 100 %", () => server.Requests.GetAsync(ServerUnderTest.Path("export"))),
                ("replay", () => server.RunVerbAsync("replay", ServerUnderTest.Dataset)),
            ];
            foreach (var (name, run) in operations)
            {
                comparisons.Add(await TryAsync($"{name}, {stage.Name}", server, run));
            }
        }

        return ComparisonTable.Describe(
            $"One server process with `{LimitVariable}={Limit}` (256 MB) does all of them, one after the other. The "
            + "figure is the most that the process has had resident up to then: heap, code, stacks and buffers; not "
            + "its PostgreSQL.",
            comparisons);
    }

    private static async Task<Comparison> TryAsync(string what, ServerUnderTest server, Func<Task> run)
    {
        try
        {
            await run();
            return new(what, Unit.Bytes, new("peak", [server.PeakMemory]), null, Goal.Done("finishes", true));
        }
        catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException or IOException)
        {
            Console.Error.WriteLine($"{what}: {exception.Message}");
            var peak = server.IsRunning ? server.PeakMemory : 0;
            return new(what, Unit.Bytes, new("peak", [peak]), null, Goal.Done("finishes", false));
        }
    }
}
