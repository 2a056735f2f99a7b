namespace EventStore.Cli.Archives;

/// <summary>A document in an archive.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Offset">Where its line begins.</param>
/// <param name="Length">Of the line, in bytes.</param>
/// <param name="Targets">The documents of the same archive that it refers to strongly, itself not.</param>
internal sealed record ArchivedDocument(string Id, long Offset, int Length, IReadOnlyList<string> Targets);
