using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Wire;

/// <summary>
/// Streams the steps of long work while it is being done: an object a line, with as much of the progress as anybody can
/// read.
/// </summary>
internal static class StepLines
{
    /// <param name="context">The request to answer.</param>
    /// <param name="steps">The work; enumerated once.</param>
    /// <param name="isProgress">Whether a step is progress, of which one an interval is sent. All else is.</param>
    /// <param name="write">Writes the members of a step's object.</param>
    /// <param name="clock">Tells the interval.</param>
    public static Task SendAsync<T>(
        HttpContext context,
        IAsyncEnumerable<T> steps,
        Func<T, bool> isProgress,
        Action<Utf8JsonWriter, T> write,
        TimeProvider clock) =>
        LineStream.SendAsync(
            context,
            NowAndThenAsync(steps, isProgress, clock, context.RequestAborted),
            (answer, step) =>
            {
                using (var writer = new Utf8JsonWriter(answer, JsonAnswer.Format))
                {
                    writer.WriteStartObject();
                    write(writer, step);
                    writer.WriteEndObject();
                }

                answer.Write("\n"u8);
            },
            flushEach: true);

    private static async IAsyncEnumerable<T> NowAndThenAsync<T>(
        IAsyncEnumerable<T> steps,
        Func<T, bool> isProgress,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? shownAt = null;
        await foreach (var step in steps.WithCancellation(cancellationToken))
        {
            if (isProgress(step) && shownAt is { } time && clock.GetElapsedTime(time) < ServerLimits.ProgressInterval)
            {
                continue;
            }

            shownAt = clock.GetTimestamp();
            yield return step;
        }
    }
}
