using Microsoft.Extensions.Logging;

namespace EventStore.Server.Auth;

/// <summary>What the log says about callers. Never a secret: tokens are named by their ids.</summary>
internal static partial class AuthLog
{
    [LoggerMessage(LogLevel.Debug, "The last use of token {TokenId} was not recorded: {Reason}")]
    public static partial void UseNotRecorded(ILogger logger, string tokenId, string reason);

    [LoggerMessage(
        LogLevel.Warning,
        "Token {TokenId} was made under another pepper and is refused: give all servers of a database the same one")]
    public static partial void OtherPepper(ILogger logger, string tokenId);
}
