using System.Net;

namespace EventStore.Cli;

/// <summary>A verb cannot go on. The message is one line, made for the person at the terminal.</summary>
internal sealed class CommandFailure : Exception
{
    public CommandFailure(string message)
        : base(message)
    {
    }

    public CommandFailure(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>With what the server answered, where that is the failure.</summary>
    public HttpStatusCode? Status { get; init; }
}
