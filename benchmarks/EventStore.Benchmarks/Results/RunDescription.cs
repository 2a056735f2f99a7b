using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Results;

/// <summary>When, of what and on what a run was made. Neither the machine's name nor any path of it is kept.</summary>
internal sealed record RunDescription(DateTimeOffset Date, string Commit, string? Note)
{
    /// <summary>Tasks ready to run, averaged over the last minute; null where the system does not say.</summary>
    public static double? Load => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : null;

    private static string Processor => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?
            .Split(": ")[^1] ?? "unknown"
        : "unknown";

    private static string OperatingSystemName => RuntimeInformation.OSDescription;

    private static string Collector => GCSettings.IsServerGC ? "server" : "workstation";

    private static string Architecture => RuntimeInformation.ProcessArchitecture.ToString();

    public static RunDescription Create(string root, string? note) =>
        new(DateTimeOffset.UtcNow, ReadCommit(root), note);

    /// <param name="loadBefore">The load when the benchmark began.</param>
    public string ToMarkdown(double? loadBefore)
    {
        var load = loadBefore is { } before && Load is { } after
            ? string.Create(CultureInfo.InvariantCulture, $" Load average {before:0.0} before, {after:0.0} after.")
            : string.Empty;
        var note = Note is null ? string.Empty : $" {Note.TrimEnd('.')}.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Run of {Date:yyyy-MM-dd HH:mm} UTC, commit `{Commit}`, on {Environment.ProcessorCount} cores "
            + $"({Processor}, {Architecture}), {OperatingSystemName}, {RuntimeInformation.FrameworkDescription}, "
            + $"{Collector} GC.{note}{load}");
    }

    public JsonObject ToJson() => new()
    {
        ["date"] = Date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["commit"] = Commit,
        ["machine"] = new JsonObject
        {
            ["cores"] = Environment.ProcessorCount,
            ["processor"] = Processor,
            ["architecture"] = Architecture,
            ["os"] = OperatingSystemName,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["gc"] = Collector,
        },
        ["note"] = Note,
    };

    private static string ReadCommit(string root)
    {
        var commit = Git(root, "rev-parse", "--short", "HEAD");
        if (commit is null)
        {
            return "unknown";
        }

        // What the figures depend on; results that were just written are not part of it.
        var changes = Git(root, "status", "--porcelain", "--", "src", "schemas", "benchmarks/EventStore.Benchmarks");
        return changes is { Length: > 0 } ? commit + "-changed" : commit;
    }

    private static string? Git(string root, params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", root, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
