using EventStore.Server.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Wire;

/// <summary>What the server says about requests that went wrong.</summary>
internal static partial class WireLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "The client left before the answer was complete ({Exception}).")]
    public static partial void ClientLeft(ILogger logger, string exception);

    public static void RequestFailed(ILogger logger, HttpContext context, Exception exception) =>
        RequestFailed(logger, context.Request.Method, PathOf(context), exception);

    public static void StreamFailed(ILogger logger, HttpContext context, Exception exception) =>
        StreamFailed(logger, context.Request.Method, PathOf(context), exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private static partial void RequestFailed(ILogger logger, string method, string? path, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed in mid-stream.")]
    private static partial void StreamFailed(ILogger logger, string method, string? path, Exception exception);

    private static string? PathOf(HttpContext context) =>
        context.Features.Get<RequestAddress>()?.Route ?? context.Request.Path.Value;
}
