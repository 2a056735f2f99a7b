using System.Globalization;
using System.Text;
using EventStore.Benchmarks.Workload;

namespace EventStore.Benchmarks.Peers;

/// <summary>
/// A bare git repository that holds an edit history: a commit for each transaction, a file for each document.
/// </summary>
internal sealed class GitPeer(string folder)
{
    private readonly string _stream = Path.Combine(folder, "history.fast-import");
    private readonly string _marks = Path.Combine(folder, "marks");
    private string[] _commits = [];

    private string Repository => Path.Combine(folder, "repository.git");

    public static bool IsInstalled => ExternalCommand.Exists("git", "--version");

    /// <summary>Writes the history as a stream for <c>git fast-import</c>.</summary>
    public void Prepare(IEnumerable<WorkloadTransaction> transactions)
    {
        Directory.CreateDirectory(folder);
        using var stream = new FileStream(_stream, FileMode.Create, FileAccess.Write, FileShare.Read, 1024 * 1024);
        foreach (var transaction in transactions)
        {
            WriteText(stream, string.Create(
                CultureInfo.InvariantCulture,
                $"commit refs/heads/main\nmark :{transaction.Number}\n"
                + $"committer {transaction.Author} <{transaction.Author}> "
                + $"{transaction.Time.ToUnixTimeSeconds()} +0000\n"
                + $"data {Encoding.UTF8.GetByteCount(transaction.Id)}\n{transaction.Id}\n"));
            foreach (var version in transaction.Versions)
            {
                if (version.Content is not { } content)
                {
                    WriteText(stream, $"D {version.Path}\n");
                    continue;
                }

                WriteText(stream, string.Create(
                    CultureInfo.InvariantCulture, $"M 100644 inline {version.Path}\ndata {content.Length + 1}\n"));
                stream.Write(content);
                WriteText(stream, "\n\n");
            }
        }
    }

    /// <summary>Imports the whole stream into a new repository.</summary>
    /// <returns>Nanoseconds; making the empty repository is not in them.</returns>
    public async Task<double> ImportAsync()
    {
        if (Directory.Exists(Repository))
        {
            Directory.Delete(Repository, recursive: true);
        }

        await ExternalCommand.RunAsync("git", ["init", "--quiet", "--bare", Repository]);
        var script = $"exec git -C \"$0\" -c gc.auto=0 fast-import --quiet --export-marks=\"$1\" < \"$2\"";
        var run = await ExternalCommand.RunAsync("sh", ["-c", script, Repository, _marks, _stream]);
        var marks = File.ReadLines(_marks)
            .Select(line => line.Split(' '))
            .ToDictionary(parts => int.Parse(parts[0][1..], CultureInfo.InvariantCulture), parts => parts[1]);
        _commits = [.. Enumerable.Range(1, marks.Count).Select(number => marks[number])];
        return run.Nanoseconds;
    }

    /// <summary>Repacks, as git does by itself now and then.</summary>
    public Task CollectGarbageAsync() =>
        ExternalCommand.RunAsync("git", ["-C", Repository, "gc", "--quiet", "--prune=now"]);

    /// <summary>Everything in the repository.</summary>
    public double SizeInBytes() => new DirectoryInfo(Repository)
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => !file.FullName.StartsWith(Path.Combine(Repository, "hooks"), StringComparison.Ordinal))
        .Sum(file => (double)file.Length);

    /// <summary>All files after a transaction as a tar stream.</summary>
    /// <param name="transaction">Its number.</param>
    public Task<TimedOutput> ArchiveAsync(int transaction) =>
        ExternalCommand.RunAsync("git", ["-C", Repository, "archive", "--format=tar", _commits[transaction - 1]]);

    public async Task<int> CountDocumentsAsync(int transaction)
    {
        var names = await ExternalCommand.ReadAsync(
            "git", ["-C", Repository, "ls-tree", "-r", "--name-only", _commits[transaction - 1]]);
        return names.Count(character => character == '\n');
    }

    private static void WriteText(FileStream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
