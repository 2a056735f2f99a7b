namespace EventStore.Server.Collections;

/// <summary>A finished export.</summary>
/// <param name="Documents">How many rows the file has.</param>
/// <param name="File">The file.</param>
/// <param name="Vectors">The file of vectors, when there is one.</param>
/// <param name="ExportedAt">When it was finished.</param>
internal sealed record CollectionExportResult(
    long Documents, ExportedFile File, ExportedFile? Vectors, DateTimeOffset ExportedAt);
