using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Results;

/// <summary>
/// <c>benchmarks/results</c>: a page for each benchmark with its newest run, and a line for every run in <c>runs.ndjson</c>.
/// </summary>
internal sealed class ResultsFolder(string root)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder = Path.Combine(root, "benchmarks", "results");

    public void WritePage(string name, string title, string run, BenchmarkResult result)
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, name + ".md"), $"# {title}\n\n{run}\n\n{result.Markdown.TrimEnd()}\n");
    }

    public void AppendRun(JsonObject run)
    {
        Directory.CreateDirectory(_folder);
        File.AppendAllText(Path.Combine(_folder, "runs.ndjson"), run.ToJsonString(Readable) + "\n");
    }
}
