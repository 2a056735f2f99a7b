using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace EventStore.Server.Hosting;

/// <summary>
/// <c>/health</c> says that the process lives, <c>/health/ready</c> that it can work: the database answers and the
/// server is not stopping. Both are open to anybody and tell nothing else.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(2);

    public static void Map(WebApplication app)
    {
        app.MapGet("/health", () => Answer(StatusCodes.Status200OK, """{"status":"alive"}"""));
        app.MapGet("/health/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(
        NpgsqlDataSource dataSource,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return NotReady("the server is stopping");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(DatabaseTimeout);
        try
        {
            await using var command = dataSource.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(timeout.Token);
            return Answer(StatusCodes.Status200OK, """{"status":"ready"}""");
        }
        catch (Exception exception)
            when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return NotReady("the database does not answer");
        }
    }

    private static IResult NotReady(string reason) =>
        Answer(StatusCodes.Status503ServiceUnavailable, $$"""{"status":"unavailable","reason":"{{reason}}"}""");

    private static IResult Answer(int statusCode, string json) =>
        Results.Text(json, "application/json", statusCode: statusCode);
}
