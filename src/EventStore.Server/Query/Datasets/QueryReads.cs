namespace EventStore.Server.Query.Datasets;

/// <summary>
/// How a query waits for what it reads. Evaluation is synchronous. On a thread of its own it blocks; on one that others
/// wait for it must not: there the first read that has to be waited for ends the evaluation, is waited for outside, and
/// the evaluation begins anew and is given what was read. It asks for the same again, since it depends on nothing else.
/// </summary>
internal sealed class QueryReads
{
    private readonly List<object?>? _done;
    private int _next;

    private QueryReads(List<object?>? done) => _done = done;

    /// <summary>Blocks.</summary>
    public static QueryReads Blocking() => new(null);

    /// <summary>Gives what was read in earlier evaluations, and ends this one at the next read.</summary>
    public static QueryReads Repeating(List<object?> done) => new(done);

    /// <summary>Waits for a read.</summary>
    /// <exception cref="ReadAheadException">It has to be waited for outside.</exception>
    public T Wait<T>(Func<ValueTask<T>> read)
    {
        if (_done is null)
        {
            return Datasets.Blocking.Wait(read());
        }

        if (_next < _done.Count)
        {
            return (T)_done[_next++]!;
        }

        var task = read();
        if (task.IsCompletedSuccessfully)
        {
            _done.Add(task.Result);
            _next++;
            return task.Result;
        }

        throw new ReadAheadException(FinishAsync(task));
    }

    /// <summary>Reads what will be asked for next, which saves an evaluation that would only find that out.</summary>
    public async Task ForeseeAsync<T>(ValueTask<T> read)
    {
        if (_done is not null)
        {
            await FinishAsync(read);
        }
    }

    /// <summary>Says that what follows takes many reads.</summary>
    /// <exception cref="ReadAheadException">It is to be done on a thread of its own.</exception>
    public void RequireThread()
    {
        if (_done is not null)
        {
            throw new ReadAheadException(null);
        }
    }

    private async Task FinishAsync<T>(ValueTask<T> task) => _done!.Add(await task);
}
