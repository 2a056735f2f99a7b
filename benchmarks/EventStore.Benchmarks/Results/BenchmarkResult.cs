using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Results;

/// <summary>What one benchmark measured.</summary>
/// <param name="Markdown">Everything below the heading and the line about the run.</param>
/// <param name="Figures">The same for programs: one object for each line of the table.</param>
internal sealed record BenchmarkResult(string Markdown, JsonArray Figures);
