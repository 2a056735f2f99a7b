namespace EventStore.Server.Collections;

/// <summary>A file of an export.</summary>
/// <param name="Link">The path of the link to it.</param>
/// <param name="Location">Where it is kept.</param>
/// <param name="Length">In bytes.</param>
internal sealed record ExportedFile(string Link, string Location, long Length);
