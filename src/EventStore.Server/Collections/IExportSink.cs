namespace EventStore.Server.Collections;

/// <summary>Where the files of an export are put.</summary>
internal interface IExportSink
{
    /// <summary>Puts a file there, whole or not at all.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="write">Writes its content.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    Task<ExportedFile> StoreAsync(
        string name,
        string contentType,
        Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken);

    /// <summary>Removes the files put there so far: the export has failed.</summary>
    Task DiscardAsync();
}
