using System.Diagnostics;

namespace EventStore.Benchmarks.Append;

/// <summary>What callers in a closed loop got done in a fixed time.</summary>
/// <param name="PerSecond">Requests answered in a second.</param>
/// <param name="Milliseconds">How long each one took.</param>
internal sealed record LoadRound(double PerSecond, double[] Milliseconds)
{
    public static async Task<LoadRound> RunAsync(LoadCase load, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var callers = Enumerable.Range(0, load.Callers)
            .Select(caller => Task.Run(() => CallAsync(load.Request, caller, start, duration)))
            .ToArray();
        var latencies = await Task.WhenAll(callers);

        // Up to the last answer: requests that were under way at the end count, and so does their time.
        var elapsed = Stopwatch.GetElapsedTime(start);
        double[] all = [.. latencies.SelectMany(caller => caller)];
        return new(all.Length / elapsed.TotalSeconds, all);
    }

    private static async Task<List<double>> CallAsync(
        Func<int, Task> request, int caller, long start, TimeSpan duration)
    {
        var latencies = new List<double>();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            var before = Stopwatch.GetTimestamp();
            await request(caller);
            latencies.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        return latencies;
    }
}
