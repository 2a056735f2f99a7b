namespace EventStore.Cli.Archives;

/// <summary>A temporary folder for what is too large for memory; it goes with the command.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("eventstore-archive-").FullName;
    private int _files;

    /// <summary>The path of a new file. No name from outside ever becomes one on this machine.</summary>
    public string NewFile() => Path.Combine(_path, $"{++_files}");

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
