namespace EventStore.Server.Import;

/// <summary>Some neighbouring lines, parsed together.</summary>
/// <param name="Transactions">What they hold, up to the first bad one.</param>
/// <param name="LastLine">Number of the last line that was read, blank ones included.</param>
/// <param name="Bytes">What the portion takes from the byte budget.</param>
/// <param name="Failure">What is wrong with the first bad line, if there is one.</param>
internal sealed record ImportPortion(
    IReadOnlyList<ImportedTransaction> Transactions, long LastLine, long Bytes, ImportException? Failure);
