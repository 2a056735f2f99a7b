namespace EventStore.Server.Query.Datasets;

/// <summary>
/// Waits for what is asynchronous. Evaluation is synchronous, so a query that reads blocks its thread; that is why it
/// has one of its own (<see cref="QueryThreads"/>), on which nothing else waits.
/// </summary>
internal static class Blocking
{
    public static T Wait<T>(ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    public static void Wait(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            task.AsTask().GetAwaiter().GetResult();
        }
    }

    public static IEnumerable<T> Enumerate<T>(IAsyncEnumerable<T> source, CancellationToken cancellationToken)
    {
        var enumerator = source.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (Wait(enumerator.MoveNextAsync()))
            {
                yield return enumerator.Current;
            }
        }
        finally
        {
            Wait(enumerator.DisposeAsync());
        }
    }
}
