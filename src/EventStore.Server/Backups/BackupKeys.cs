using System.Globalization;
using EventStore.Server.Blobs;

namespace EventStore.Server.Backups;

/// <summary>Where the blobs of backups are: below the number of the dataset and the job that wrote them.</summary>
internal static class BackupKeys
{
    /// <summary>Where all backups are kept.</summary>
    public static readonly BlobKey Root = BlobKey.Of("backups");

    /// <summary>Where all backups of a dataset are kept. They are not in its own folders: they outlive it.</summary>
    public static BlobKey FolderOf(int source) =>
        BlobKey.Of(string.Create(CultureInfo.InvariantCulture, $"backups/{source}"));

    /// <summary>The job that wrote a blob; null when the key is not one of a backup.</summary>
    public static string? JobOf(BlobKey key) => key.Value.Split('/') is ["backups", _, var job, ..] ? job : null;
}
