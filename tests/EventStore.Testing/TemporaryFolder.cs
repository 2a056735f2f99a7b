namespace EventStore.Testing;

/// <summary>Folders that tests write into.</summary>
public static class TemporaryFolder
{
    /// <summary>Makes a new folder of this user's own.</summary>
    /// <param name="reachableByPostgres">Whether the unprivileged user that runs PostgreSQL for root may pass
    /// through.</param>
    public static string Create(bool reachableByPostgres = false)
    {
        var folder = Directory.CreateTempSubdirectory("eventstore-test-").FullName;
        if (reachableByPostgres && !OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(folder);
            File.SetUnixFileMode(folder, mode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return folder;
    }
}
