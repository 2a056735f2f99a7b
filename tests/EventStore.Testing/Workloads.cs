namespace EventStore.Testing;

/// <summary>
/// The real edit histories the project is measured by. They are too large for the repository and lie beside it, in
/// <c>../shared/workloads</c>; <c>EVENTSTORE_SHARED</c> names another place for <c>shared</c>.
/// </summary>
public static class Workloads
{
    public const string Variable = "EVENTSTORE_SHARED";

    /// <summary>Null when they are not at hand.</summary>
    public static string? Folder { get; } = FindFolder();

    /// <returns>The file's path, or null when it is not there.</returns>
    public static string? Find(string file)
    {
        var path = Folder is null ? null : Path.Combine(Folder, file);
        return File.Exists(path) ? path : null;
    }

    /// <summary>Opens a file for reading; what is compressed is decompressed on the way.</summary>
    public static Stream Open(string file)
    {
        var path = Find(file) ?? throw new FileNotFoundException($"The workload {file} is not at hand.");
        var stream = File.OpenRead(path);
        return file.EndsWith(".zst", StringComparison.Ordinal) ? new ZstandardStream(stream) : stream;
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } shared)
        {
            return Existing(Path.Combine(shared, "workloads"));
        }

        return Repository.Root is { } root ? Existing(Path.Combine(root, "..", "shared", "workloads")) : null;
    }

    private static string? Existing(string folder) => Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
}
