using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EventStore.Benchmarks.Patches;

namespace EventStore.Benchmarks.Peers;

/// <summary>
/// The npm libraries, in a Node.js of their own that lives as long as the comparison, so that its compiler has seen
/// everything before it is timed. It does one order at a time and is idle in between.
/// </summary>
internal sealed class NodePeer : IDisposable
{
    public const string JsonDiffPatch = "jsondiffpatch";
    public const string FastJsonPatch = "fast-json-patch";

    private static readonly Version Oldest = new(22, 12);

    private readonly Process _process;

    private NodePeer(Process process, string version)
    {
        _process = process;
        Version = version;
    }

    public string Version { get; }

    /// <summary>Starts it; null when there is no recent Node.js or the packages are not installed.</summary>
    public static NodePeer? TryStart(string root)
    {
        var folder = Path.Combine(root, "benchmarks", "node");
        if (FindVersion() is not { } version || !Directory.Exists(Path.Combine(folder, "node_modules", "mendoza")))
        {
            Console.Error.WriteLine(
                $"The npm peers are absent: Node.js {Oldest} or later, or `npm ci` in benchmarks/node, is missing.");
            return null;
        }

        var start = new ProcessStartInfo("node", ["--expose-gc", Path.Combine(folder, "peers.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new(Process.Start(start)!, version);
    }

    /// <summary>Takes the files of a set, see <see cref="RevisionSet.WriteTo"/>.</summary>
    public void Open(string folder, string set)
    {
        var answer = Ask(new() { ["work"] = "open", ["folder"] = folder, ["name"] = set });
        ThreadClock.IsOfThread &= (bool)answer["hasThreadTime"]!;
    }

    /// <summary>How many pairs of some chains a library cannot diff at all.</summary>
    public int CountRefused(RevisionSet set, string library, int from, int to) =>
        (int)Ask(Order(set, "diffObjects", from, to, library))["refused"]!;

    /// <summary>Diffs every pair of some chains.</summary>
    /// <param name="set">A set that was opened.</param>
    /// <param name="library">One of the constants of this class.</param>
    /// <param name="parses">Whether parsing the documents and printing the delta belong to the time.</param>
    /// <param name="from">The first chain.</param>
    /// <param name="to">The chain behind the last one.</param>
    /// <returns>Nanoseconds.</returns>
    public Task<double> DiffAsync(RevisionSet set, string library, bool parses, int from, int to) =>
        WorkAsync(set, parses ? "diffText" : "diffObjects", from, to, library);

    /// <summary>Applies every patch of some chains with npm's simple patcher, text to text.</summary>
    public Task<double> ApplyAsync(RevisionSet set, int from, int to) => WorkAsync(set, "apply", from, to);

    /// <summary>Applies all patches of a chain in a row; the document is parsed and printed once.</summary>
    public Task<double> ReplayAsync(RevisionSet set, int from, int to) => WorkAsync(set, "replay", from, to);

    /// <exception cref="InvalidOperationException">A patch does not lead to its document.</exception>
    public Task CheckAsync(RevisionSet set, int from, int to) => WorkAsync(set, "check", from, to);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Of the Node.js in the path, if it is recent.</summary>
    public static string? FindVersion()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"])
            {
                RedirectStandardOutput = true,
            })!;
            var version = node.StandardOutput.ReadToEnd().Trim();
            node.WaitForExit();
            return System.Version.TryParse(version.TrimStart('v'), out var number) && number >= Oldest ? version : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static JsonObject Order(RevisionSet set, string work, int from, int to, string? library) => new()
    {
        ["work"] = work,
        ["name"] = set.Name,
        ["library"] = library,
        ["from"] = from,
        ["to"] = to,
    };

    private Task<double> WorkAsync(RevisionSet set, string work, int from, int to, string? library = null) =>
        Task.FromResult((double)Ask(Order(set, work, from, to, library))["nanoseconds"]!);

    private JsonObject Ask(JsonObject order)
    {
        _process.StandardInput.WriteLine(order.ToJsonString());
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("Node.js ended; what it said is above.");
        var answer = JsonNode.Parse(line)!.AsObject();
        return answer["error"] is { } error ? throw new InvalidOperationException((string)error!) : answer;
    }
}
