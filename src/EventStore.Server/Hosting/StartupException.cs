namespace EventStore.Server.Hosting;

/// <summary>
/// The server cannot start for a reason its operator can mend. The message is complete on its own (what is wrong and
/// what to do); the command line prints it without a stack trace.
/// </summary>
public sealed class StartupException : Exception
{
    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
