using EventStore.Benchmarks.Results;

namespace EventStore.Benchmarks;

/// <summary>A benchmark that can be chosen by name.</summary>
/// <param name="Name">What it is called on the command line and in the names of its results.</param>
/// <param name="Title">Heading of its page.</param>
/// <param name="RunAsync">Runs it.</param>
/// <param name="HasQuickForm">Whether it takes part in a quick run.</param>
internal sealed record Benchmark(
    string Name, string Title, Func<BenchmarkSession, Task<BenchmarkResult>> RunAsync, bool HasQuickForm = true);
