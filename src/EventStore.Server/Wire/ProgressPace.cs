using System.Runtime.CompilerServices;

namespace EventStore.Server.Wire;

/// <summary>Thins out the progress of long work to as much as anybody can read.</summary>
internal static class ProgressPace
{
    /// <summary>Lets through what is not progress, and of the progress one step an interval.</summary>
    public static async IAsyncEnumerable<T> NowAndThenAsync<T>(
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
