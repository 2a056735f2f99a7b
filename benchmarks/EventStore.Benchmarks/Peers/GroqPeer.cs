using System.Diagnostics;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Peers;

/// <summary>groq-js in a Node.js of its own, its documents parsed once.</summary>
internal sealed class GroqPeer : IDisposable
{
    private readonly Process _process;

    private GroqPeer(Process process) => _process = process;

    /// <summary>Starts it; null when there is no recent Node.js or the package is not installed.</summary>
    public static GroqPeer? TryStart(string root, string documents, string parameters)
    {
        var folder = Path.Combine(root, "benchmarks", "node");
        if (NodePeer.FindVersion() is null || !Directory.Exists(Path.Combine(folder, "node_modules", "groq-js")))
        {
            Console.Error.WriteLine("groq-js is absent: a recent Node.js, or `npm ci` in benchmarks/node, is missing.");
            return null;
        }

        var start = new ProcessStartInfo("node", [Path.Combine(folder, "groq.mjs"), documents, parameters])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new(Process.Start(start)!);
    }

    /// <summary>Parses the query and prints its result, again and again for a while.</summary>
    /// <returns>Nanoseconds of one time, and the result.</returns>
    public (double Nanoseconds, JsonNode? Result) Run(string query, TimeSpan duration) =>
        Ask(new JsonObject { ["query"] = query, ["milliseconds"] = duration.TotalMilliseconds });

    /// <summary>Nanoseconds that parsing all documents takes.</summary>
    public double ReadDocuments() => Ask([]).Nanoseconds;

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private (double Nanoseconds, JsonNode? Result) Ask(JsonObject order)
    {
        _process.StandardInput.WriteLine(order.ToJsonString());
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("Node.js ended; what it said is above.");
        var answer = JsonNode.Parse(line)!.AsObject();
        return ((double)answer["nanoseconds"]!, answer["result"]);
    }
}
