using EventStore.Testing;

namespace EventStore.Benchmarks;

/// <summary>Files of the shared folder that lies beside the repository.</summary>
internal static class SharedFiles
{
    /// <returns>The file's path, or null when it is not there.</returns>
    public static string? Find(string folder, string file)
    {
        var path = Workloads.Folder is { } workloads ? Path.Combine(workloads, "..", folder, file) : null;
        return path is not null && File.Exists(path) ? Path.GetFullPath(path) : null;
    }
}
