using Microsoft.Extensions.Logging;

namespace EventStore.Server.Hosting;

/// <summary>What the server says about its own life.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Warning, "PostgreSQL (process {ProcessId}) died; starting it again.")]
    public static partial void PostgresDied(ILogger logger, int processId);

    [LoggerMessage(2, LogLevel.Information, "PostgreSQL runs again (process {ProcessId}).")]
    public static partial void PostgresRestarted(ILogger logger, int processId);

    [LoggerMessage(3, LogLevel.Error, "PostgreSQL did not start again, next try in {Seconds} s: {Reason}")]
    public static partial void PostgresRestartFailed(ILogger logger, string reason, double seconds);

    [LoggerMessage(4, LogLevel.Information, "Private PostgreSQL started in {Folder} (process {ProcessId}).")]
    public static partial void PostgresStarted(ILogger logger, string folder, int processId);
}
