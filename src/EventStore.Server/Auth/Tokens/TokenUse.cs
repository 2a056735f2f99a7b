using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventStore.Server.Auth.Tokens;

/// <summary>
/// Records about when tokens were last used: at most once in <see cref="ServerLimits.TokenUseInterval"/> each, and off
/// the request's path, because a precise time would make every read a write.
/// </summary>
internal sealed class TokenUse(NpgsqlDataSource dataSource, ILogger<TokenUse> logger)
{
    private const string Update = """
        update eventstore.token set last_used_at = $2
        where id = $1 and (last_used_at is null or last_used_at < $2)
        """;

    private readonly ConcurrentDictionary<string, bool> _writing = new(StringComparer.Ordinal);

    /// <summary>Notes that a token is being used; returns at once.</summary>
    public void Note(StoredToken token, DateTimeOffset now)
    {
        if (token.LastUsedAt is { } last && now - last < ServerLimits.TokenUseInterval)
        {
            return;
        }

        // One at a time for a token: those that come before it is written find it noted here.
        if (_writing.TryAdd(token.Id, true))
        {
            _ = Task.Run(() => WriteAsync(token.Id, now));
        }
    }

    private async Task WriteAsync(string id, DateTimeOffset now)
    {
        try
        {
            await using var command = dataSource.CreateCommand(Update);
            command.Parameters.Add(new() { Value = id });
            command.Parameters.Add(new() { Value = now });
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException or TimeoutException)
        {
            AuthLog.UseNotRecorded(logger, id, exception.GetType().Name);
        }
        finally
        {
            _writing.TryRemove(id, out _);
        }
    }
}
