namespace EventStore.Server.Blobs;

/// <summary>
/// Files that exist only while something is being done with them, such as an upload that is inspected before it is
/// kept.
/// </summary>
internal sealed class SpoolFolder
{
    public const string Name = "spool";

    private readonly string _folder;

    private SpoolFolder(string folder) => _folder = folder;

    /// <summary>Makes the folder when it is missing, and empties it of what a crash left.</summary>
    public static SpoolFolder Open(string folder)
    {
        OwnFolder.Create(folder);
        LeftoverFiles.Sweep(folder);
        return new(folder);
    }

    /// <summary>A new empty file, which is deleted when it is closed.</summary>
    public FileStream Create() => new(
        Path.Combine(_folder, Guid.NewGuid().ToString("N")),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        bufferSize: 0,
        FileOptions.Asynchronous | FileOptions.DeleteOnClose);
}
