namespace EventStore.Cli;

/// <summary>What the process tells the shell.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The work failed, or <c>verify</c> found a difference, or a line of a stream was bad.</summary>
    public const int Failure = 1;

    /// <summary>128 + SIGINT, as shells expect of an interrupted command.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGPIPE: the reader of standard output went away, which is its right.</summary>
    public const int OutputClosed = 141;
}
