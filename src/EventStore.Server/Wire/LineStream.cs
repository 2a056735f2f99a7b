using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Wire;

/// <summary>
/// Streams one JSON value a line. An error before the first line is an ordinary error answer; a later one is appended
/// as a line <c>{"error":{"description","type"}}</c>, because a stream that just ended would look complete.
/// </summary>
internal static class LineStream
{
    /// <summary>Never <c>application/json</c>: clients would parse the whole stream as one value.</summary>
    public const string ContentType = "application/x-ndjson";

    /// <param name="context">The request to answer.</param>
    /// <param name="items">What to send; enumerated once.</param>
    /// <param name="write">Writes one item with its line end; nothing for an item that is not to be sent.</param>
    /// <param name="flushEach">Sends every line at once, for streams that people watch.</param>
    /// <param name="finish">Writes what follows the last line.</param>
    public static async Task SendAsync<T>(
        HttpContext context,
        IAsyncEnumerable<T> items,
        Action<StreamedAnswer, T> write,
        bool flushEach = false,
        Func<StreamedAnswer, ValueTask>? finish = null)
    {
        await using var enumerator = items.GetAsyncEnumerator(context.RequestAborted);
        var more = await enumerator.MoveNextAsync();
        using var answer = new StreamedAnswer(context, ContentType);
        try
        {
            for (; more; more = await enumerator.MoveNextAsync())
            {
                write(answer, enumerator.Current);
                await (flushEach ? answer.FlushAsync() : answer.FlushIfFullAsync());
            }

            if (finish is not null)
            {
                await finish(answer);
            }

            await answer.CompleteAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await EndWithErrorAsync(context, answer, exception);
        }
    }

    private static async Task EndWithErrorAsync(HttpContext context, StreamedAnswer answer, Exception exception)
    {
        var failure = Failures.From(exception) with { IsDescribed = true };
        if (failure.StatusCode >= 500)
        {
            var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LineStream));
            WireLog.StreamFailed(logger, context, exception);
        }

        failure.WriteTo(answer);
        answer.Write("\n"u8);
        await answer.CompleteAsync();
    }
}
