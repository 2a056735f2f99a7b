using Microsoft.Extensions.Logging;

namespace EventStore.Server.Hosting;

/// <summary>What the server says about its own life.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL (process {ProcessId}) died; starting it again.")]
    public static partial void PostgresDied(ILogger logger, int processId);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL runs again (process {ProcessId}).")]
    public static partial void PostgresRestarted(ILogger logger, int processId);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL did not start again, next try in {Seconds} s: {Reason}")]
    public static partial void PostgresRestartFailed(ILogger logger, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Private PostgreSQL started in {Folder} (process {ProcessId}).")]
    public static partial void PostgresStarted(ILogger logger, string folder, int processId);
}
