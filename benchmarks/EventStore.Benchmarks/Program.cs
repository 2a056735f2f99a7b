using System.Text.Json.Nodes;
using EventStore.Benchmarks;
using EventStore.Benchmarks.Patches;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;

if (args is [WorstCaseComparison.MemoryArgument, var worstCase])
{
    return WorstCaseComparison.PrintMemory(worstCase);
}

if (args is [PlainApplicationPeer.Argument, var database])
{
    await PlainApplicationPeer.ServeAsync(database);
    return 0;
}

if (BenchmarkCommandLine.Parse(args) is not { } command)
{
    return BenchmarkCommandLine.ShowUsage(args);
}

if (command.Options is not { } options)
{
    Console.Error.WriteLine("The results belong into the source tree: run the benchmarks from there.");
    return 1;
}

var run = RunDescription.Create(options.Root, options.Note);
var folder = options.ResultsFolder is { } results ? new ResultsFolder(results) : null;
var figures = new JsonObject();
var failed = false;
await using (var session = new BenchmarkSession(options))
{
    foreach (var benchmark in command.Benchmarks)
    {
        var load = RunDescription.Load;
        try
        {
            var result = await benchmark.RunAsync(session);
            folder?.WritePage(benchmark.Name, benchmark.Title, run.ToMarkdown(load), result);
            figures[benchmark.Name] = new JsonObject { ["loadBefore"] = load, ["results"] = result.Figures };
            Console.WriteLine($"\n{benchmark.Title}\n\n{result.Markdown}");
        }
        catch (Exception exception)
        {
            // The others still count: one that cannot run here, say for lack of PostgreSQL, is reported and left out.
            failed = true;
            Console.Error.WriteLine($"{benchmark.Name} failed: {exception.Message}");
            if (options.Quick)
            {
                Console.Error.WriteLine(exception.StackTrace);
            }
        }
    }
}

if (figures.Count > 0 && folder is not null)
{
    var line = run.ToJson();
    line["rounds"] = options.Runs;
    line["figures"] = figures;
    folder.AppendRun(line);
    Console.WriteLine($"Written to {options.ResultsFolder}.");
}

return failed ? 1 : 0;
