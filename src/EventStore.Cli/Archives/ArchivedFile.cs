namespace EventStore.Cli.Archives;

/// <summary>An asset's file in an archive.</summary>
/// <param name="Kind"><c>image</c> or <c>file</c>: as what documents use it.</param>
/// <param name="Path">Below the folder of the documents.</param>
internal sealed record ArchivedFile(string Kind, string Path);
