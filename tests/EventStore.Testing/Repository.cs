namespace EventStore.Testing;

/// <summary>The source tree the tests were built from.</summary>
public static class Repository
{
    /// <summary>Null when the tests run somewhere else than in their source tree.</summary>
    public static string? Root { get; } = FindRoot();

    private static string? FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "EventStore.sln")))
            {
                return folder;
            }
        }

        return null;
    }
}
