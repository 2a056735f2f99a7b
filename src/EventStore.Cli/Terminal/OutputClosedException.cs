namespace EventStore.Cli.Terminal;

/// <summary>
/// Standard output cannot be written any more, most often because the next command of a pipe has ended.
/// </summary>
internal sealed class OutputClosedException(IOException cause) : Exception("standard output is closed", cause);
