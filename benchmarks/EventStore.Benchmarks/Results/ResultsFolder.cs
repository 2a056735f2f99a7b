using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Results;

/// <summary>
/// <c>benchmarks/results</c>, or the folder named instead: a page for each benchmark with its newest run, and
/// <c>runs.ndjson</c> with a line for every run.
/// </summary>
internal sealed class ResultsFolder(string folder)
{
    private const int Columns = 120;

    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void WritePage(string name, string title, string run, BenchmarkResult result)
    {
        Directory.CreateDirectory(folder);
        var lines = $"# {title}\n\n{run}\n\n{result.Markdown.TrimEnd()}".Split('\n').SelectMany(Wrap);
        File.WriteAllText(Path.Combine(folder, name + ".md"), string.Join('\n', lines) + "\n");
    }

    public void AppendRun(JsonObject run)
    {
        Directory.CreateDirectory(folder);
        File.AppendAllText(Path.Combine(folder, "runs.ndjson"), run.ToJsonString(Readable) + "\n");
    }

    /// <summary>Breaks a paragraph between words; lines of tables stay whole.</summary>
    private static IEnumerable<string> Wrap(string paragraph)
    {
        if (paragraph.StartsWith('|'))
        {
            yield return paragraph;
            yield break;
        }

        var line = new StringBuilder();
        foreach (var word in paragraph.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Columns)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : string.Empty).Append(word);
        }

        yield return line.ToString();
    }
}
