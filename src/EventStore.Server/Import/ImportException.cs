namespace EventStore.Server.Import;

/// <summary>A line stopped an import. What stands before it is in the log, it and what follows is not.</summary>
/// <param name="line">Number of the line, from 1.</param>
/// <param name="cause">What is wrong with it.</param>
internal sealed class ImportException(long line, Exception cause) : Exception(cause.Message, cause)
{
    public long Line { get; } = line;
}
