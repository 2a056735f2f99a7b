using Microsoft.Extensions.Logging;

namespace EventStore.Server.Wire;

/// <summary>What the server says about requests that went wrong.</summary>
internal static partial class WireLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "The client left before the answer was complete ({Exception}).")]
    public static partial void ClientLeft(ILogger logger, string exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    public static partial void RequestFailed(ILogger logger, string method, string? path, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed in mid-stream.")]
    public static partial void StreamFailed(ILogger logger, string method, string? path, Exception exception);
}
