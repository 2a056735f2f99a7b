using Xunit;

namespace EventStore.Testing;

/// <summary>A test that reads the real workloads; skipped, saying so, where they are not at hand.</summary>
public sealed class WorkloadFactAttribute : FactAttribute
{
    /// <param name="files">Files it needs, relative to the folder of the workloads.</param>
    public WorkloadFactAttribute(params string[] files)
    {
        var missing = files.Where(file => Workloads.Find(file) is null).ToArray();
        if (Workloads.Folder is null || missing.Length > 0)
        {
            var names = missing.Length > 0 ? $" ({string.Join(", ", missing)})" : string.Empty;
            Skip = $"The workloads are not at hand{names}: put them beside the repository in ../shared/workloads, or "
                + $"name the shared folder with {Workloads.Variable}.";
        }
        else if (files.Any(file => file.EndsWith(".zst", StringComparison.Ordinal)) && !ZstandardStream.IsAvailable)
        {
            Skip = "The workloads are compressed and libzstd.so.1 is not installed.";
        }
    }
}
