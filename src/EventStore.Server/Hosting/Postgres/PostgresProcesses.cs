using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EventStore.Server.Hosting.Postgres;

/// <summary>
/// The running processes of one cluster, recognised by the cluster's name: the postmaster carries it among its
/// arguments, every other process in its title. A process id alone proves nothing after a crash (it may be anybody's by
/// then), and the folder a process works in cannot be read in a container without special rights.
/// </summary>
internal sealed class PostgresProcesses(string clusterName)
{
    private const string ProcessFileSystem = "/proc";

    private readonly byte[] _argument = Encoding.UTF8.GetBytes($"cluster_name={clusterName}");
    private readonly byte[] _title = Encoding.UTF8.GetBytes($"postgres: {clusterName}: ");

    /// <summary>Whether the process lives and belongs to the cluster; a zombie does not live.</summary>
    public bool Contains(int processId)
    {
        if (!Directory.Exists(ProcessFileSystem))
        {
            return IsAlive(processId);
        }

        try
        {
            // A zombie's command line reads as empty.
            ReadOnlySpan<byte> commandLine = File.ReadAllBytes($"{ProcessFileSystem}/{processId}/cmdline");
            return commandLine.StartsWith(_title) || commandLine.IndexOf(_argument) >= 0 && IsPostgres(commandLine);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public IReadOnlyList<int> FindAll() =>
        Directory.Exists(ProcessFileSystem)
            ? [.. Directory.EnumerateDirectories(ProcessFileSystem)
                .Select(folder => Path.GetFileName(folder))
                .Where(name => char.IsAsciiDigit(name[0]))
                .Select(name => int.Parse(name, CultureInfo.InvariantCulture))
                .Where(Contains)]
            : [];

    /// <summary>
    /// Returns once no process of the cluster is left. A postmaster started beside a backend of its predecessor would
    /// refuse, and a backend that is busy notices the postmaster's death late: after <paramref name="patience"/> what
    /// remains is killed.
    /// </summary>
    public async Task WaitUntilGoneAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        while (FindAll() is { Count: > 0 } remaining)
        {
            if (waiting.Elapsed > patience)
            {
                Kill(remaining);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    /// <summary>Kills processes the hard way (SIGKILL), as a crash would.</summary>
    public static void Kill(IEnumerable<int> processIds)
    {
        foreach (var processId in processIds)
        {
            try
            {
                using var process = Process.GetProcessById(processId);
                process.Kill();
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
            {
                // It ended by itself meanwhile.
            }
        }
    }

    private static bool IsPostgres(ReadOnlySpan<byte> commandLine)
    {
        var end = commandLine.IndexOf((byte)0);
        var program = end < 0 ? commandLine : commandLine[..end];
        return program.EndsWith("postgres"u8);
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
