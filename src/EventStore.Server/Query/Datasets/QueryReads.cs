namespace EventStore.Server.Query.Datasets;

/// <summary>
/// How a query waits for what it reads. Evaluation is synchronous. On a thread of its own it blocks; on one that others
/// wait for it must not: there the first read that has to be waited for ends the evaluation, is waited for outside, and
/// the evaluation begins anew and is given what was read. It asks for the same again, since it depends on nothing else.
/// </summary>
internal sealed class QueryReads
{
    private readonly ReadMemory? _memory;
    private int _next;

    private QueryReads(ReadMemory? memory) => _memory = memory;

    /// <summary>Blocks.</summary>
    public static QueryReads Blocking() => new(null);

    /// <summary>Gives what was read in earlier evaluations, and ends this one at the next read.</summary>
    public static QueryReads Repeating(ReadMemory memory) => new(memory);

    /// <summary>Waits for a read.</summary>
    /// <param name="read">Reads it.</param>
    /// <param name="question">Tells what is read from all else that a query may read; null for what nobody
    /// foresees.</param>
    /// <exception cref="ReadAheadException">It has to be waited for outside.</exception>
    public T Wait<T>(Func<ValueTask<T>> read, Func<string>? question = null)
    {
        if (_memory is null)
        {
            return Datasets.Blocking.Wait(read());
        }

        if (_next < _memory.Done.Count)
        {
            return (T)_memory.Done[_next++]!;
        }

        if (question is not null
            && _memory.Foreseen.Count > 0
            && _memory.Foreseen.Remove(question(), out var known))
        {
            return Done((T)known!);
        }

        var task = read();
        return task.IsCompletedSuccessfully ? Done(task.Result) : throw new ReadAheadException(FinishAsync(task));
    }

    /// <summary>
    /// Reads what is likely to be asked for, which saves an evaluation that would only find that out.
    /// </summary>
    public async Task<T> ForeseeAsync<T>(Func<ValueTask<T>> read, Func<string> question)
    {
        var answer = await read();
        if (_memory is not null)
        {
            _memory.Foreseen[question()] = answer;
        }

        return answer;
    }

    /// <summary>Says that what follows takes many reads.</summary>
    /// <exception cref="ReadAheadException">It is to be done on a thread of its own.</exception>
    public void RequireThread()
    {
        if (_memory is not null)
        {
            throw new ReadAheadException(null);
        }
    }

    private T Done<T>(T answer)
    {
        _memory!.Done.Add(answer);
        _next++;
        return answer;
    }

    private async Task FinishAsync<T>(ValueTask<T> task) => _memory!.Done.Add(await task);
}
