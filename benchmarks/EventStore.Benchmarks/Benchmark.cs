using EventStore.Benchmarks.Results;

namespace EventStore.Benchmarks;

/// <summary>A benchmark that can be chosen by name.</summary>
/// <param name="Name">What it is called on the command line and in the names of its results.</param>
/// <param name="Title">Heading of its page.</param>
/// <param name="RunAsync">Runs it; the argument is the root of the source tree.</param>
internal sealed record Benchmark(string Name, string Title, Func<string, Task<BenchmarkResult>> RunAsync);
