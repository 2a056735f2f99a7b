using System.Globalization;
using System.Text.RegularExpressions;

namespace EventStore.Server.Hosting.Postgres;

/// <summary>The programs of one installed PostgreSQL.</summary>
/// <param name="Folder">Where they lie.</param>
/// <param name="MajorVersion">Such as 15.</param>
internal sealed partial record PostgresBinaries(string Folder, int MajorVersion)
{
    public const int MinMajorVersion = 15;
    public const string FolderVariable = "EVENTSTORE_POSTGRES_BIN";

    private const string DebianLocation = "/usr/lib/postgresql";

    public string Program(string name) => Path.Combine(Folder, name);

    /// <summary>
    /// Finds the newest usable installation, or the one of the version that an existing database was made by:
    /// PostgreSQL opens only data of its own major version.
    /// </summary>
    /// <exception cref="StartupException">There is none.</exception>
    public static async Task<PostgresBinaries> FindAsync(int? requiredMajorVersion, CancellationToken cancellationToken)
    {
        var found = new List<PostgresBinaries>();
        foreach (var folder in Candidates())
        {
            if (await ReadAsync(folder, cancellationToken) is { } binaries)
            {
                found.Add(binaries);
            }
        }

        var usable = found
            .Where(binaries => binaries.MajorVersion >= MinMajorVersion)
            .Where(binaries => requiredMajorVersion is null || binaries.MajorVersion == requiredMajorVersion)
            .MaxBy(binaries => binaries.MajorVersion);
        return usable ?? throw Missing(requiredMajorVersion, found);
    }

    private static StartupException Missing(int? requiredMajorVersion, List<PostgresBinaries> found)
    {
        var wanted = requiredMajorVersion is { } required
            ? $"PostgreSQL {required}, which made the database in the data folder,"
            : $"PostgreSQL {MinMajorVersion} or later";
        var versions = string.Join(", ", found.Select(binaries => $"{binaries.MajorVersion} in {binaries.Folder}"));
        var seen = found.Count == 0 ? string.Empty : $" (found only {versions})";
        return new StartupException(
            $"{wanted} is not installed{seen}: install it from your system's packages, name its folder of programs "
            + $"with {FolderVariable}, or name an existing database with {ServerSettings.ConnectionStringVariable}.");
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return [Path.GetFullPath(named)];
        }

        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries);
        var debian = Directory.Exists(DebianLocation)
            ? Directory.GetDirectories(DebianLocation).Select(version => Path.Combine(version, "bin"))
            : [];
        return path.Concat(debian).Where(Path.IsPathRooted).Distinct(StringComparer.Ordinal);
    }

    private static async Task<PostgresBinaries?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        if (!new[] { "postgres", "initdb", "pg_ctl" }.All(name => File.Exists(Path.Combine(folder, name))))
        {
            return null;
        }

        try
        {
            var answer = await Command.RunAsync(
                [Path.Combine(folder, "postgres"), "--version"],
                cancellationToken: cancellationToken);
            var version = VersionPattern().Match(answer.Output);
            return answer.Succeeded && version.Success
                ? new PostgresBinaries(folder, int.Parse(version.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Not executable here: as good as not installed.
            return null;
        }
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();
}
