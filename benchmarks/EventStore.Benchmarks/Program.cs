using System.Text.Json.Nodes;
using EventStore.Benchmarks;
using EventStore.Benchmarks.Append;
using EventStore.Benchmarks.Patches;
using EventStore.Benchmarks.Results;
using EventStore.Testing;

Benchmark[] benchmarks =
[
    new("mendoza-diff", "Mendoza: making patches", root => Task.FromResult(PatchBenchmarks.Diff(root))),
    new("mendoza-apply", "Mendoza: applying a patch", root => Task.FromResult(PatchBenchmarks.Apply(root))),
    new("mendoza-replay", "Mendoza: replaying ten patches", root => Task.FromResult(PatchBenchmarks.Replay(root))),
    new("canonical-json", "Canonical JSON", root => Task.FromResult(PatchBenchmarks.Canonicalize(root))),
    new("append", "Durable appends", _ => AppendBenchmark.RunAsync()),
];

var names = new List<string>();
string? note = null;
for (var index = 0; index < args.Length; index++)
{
    if (args[index] == "--note" && index + 1 < args.Length)
    {
        note = args[++index];
    }
    else if (!args[index].StartsWith('-') && benchmarks.Any(benchmark => Matches(benchmark, args[index])))
    {
        names.Add(args[index]);
    }
    else
    {
        return ShowUsage(args[index] is "--help" or "-h" ? Console.Out : Console.Error);
    }
}

if (Repository.Root is not { } root)
{
    Console.Error.WriteLine("The results belong into the source tree: run the benchmarks from there.");
    return 1;
}

var run = RunDescription.Create(root, note);
var folder = new ResultsFolder(root);
var figures = new JsonObject();
var failed = false;
foreach (var benchmark in benchmarks.Where(each => names.Count == 0 || names.Any(name => Matches(each, name))))
{
    var load = RunDescription.Load;
    try
    {
        var result = await benchmark.RunAsync(root);
        folder.WritePage(benchmark.Name, benchmark.Title, run.ToMarkdown(load), result);
        figures[benchmark.Name] = new JsonObject { ["loadBefore"] = load, ["results"] = result.Figures };
        Console.WriteLine($"\n{benchmark.Title}\n\n{result.Markdown}");
    }
    catch (Exception exception)
    {
        // The others still count: one that cannot run here, say for lack of PostgreSQL, is reported and left out.
        failed = true;
        Console.Error.WriteLine($"{benchmark.Name} failed: {exception.Message}");
    }
}

if (figures.Count > 0)
{
    var line = run.ToJson();
    line["figures"] = figures;
    folder.AppendRun(line);
    Console.WriteLine("Written to benchmarks/results.");
}

return failed ? 1 : 0;

static bool Matches(Benchmark benchmark, string name) => benchmark.Name.Contains(name, StringComparison.Ordinal);

int ShowUsage(TextWriter output)
{
    output.WriteLine("Usage: ./eventstore bench [NAME...] [--note TEXT]");
    output.WriteLine("Runs all benchmarks, or those whose name contains a NAME, and writes to benchmarks/results.");
    output.WriteLine($"Names: {string.Join(", ", benchmarks.Select(benchmark => benchmark.Name))}.");
    output.WriteLine("TEXT is kept with the results, such as what else ran on the machine.");
    return output == Console.Out ? 0 : 2;
}
