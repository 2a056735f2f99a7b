using System.Collections.Concurrent;
using EventStore.Server.Wire;

namespace EventStore.Server.Query;

/// <summary>
/// The threads that queries are evaluated on. Evaluation blocks while it reads, so it must not be done on threads that
/// others wait for; their number bounds what queries take of processors and memory together.
/// </summary>
internal sealed class QueryThreads : IDisposable
{
    private readonly BlockingCollection<Job> _jobs = [];
    private readonly Lock _lock = new();
    private int _threads;
    private int _free;
    private int _backlog;
    private int _waiting;

    /// <summary>Runs a piece of work when there is a thread for it.</summary>
    /// <param name="work">What to do. It looks at the token itself.</param>
    /// <param name="cancellationToken">Ends the wait for a thread.</param>
    /// <exception cref="DescribedException">429: too much is waiting already.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > ServerLimits.QueriesWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw QueryFailure.TooMany();
        }

        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var job = new Job(() => Complete(completion, work));
        await using var abandon = cancellationToken.Register(() =>
        {
            if (job.TryTake())
            {
                Interlocked.Decrement(ref _waiting);
                completion.TrySetCanceled(cancellationToken);
            }
        });
        Enqueue(job);
        return await completion.Task;
    }

    public void Dispose() => _jobs.CompleteAdding();

    private static void Complete<T>(TaskCompletionSource<T> completion, Func<T> work)
    {
        try
        {
            completion.TrySetResult(work());
        }
        catch (Exception exception)
        {
            completion.TrySetException(exception);
        }
    }

    /// <summary>Every job has a thread of its own in view: a free one, a new one, or the next to become free.</summary>
    private void Enqueue(Job job)
    {
        _jobs.Add(job);
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            if (_threads == ServerLimits.QueryThreads)
            {
                _backlog++;
                return;
            }

            _threads++;
        }

        new Thread(Work) { IsBackground = true, Name = "query" }.Start();
    }

    private void Work()
    {
        while (_jobs.TryTake(out var job, Timeout.Infinite))
        {
            if (job.TryTake())
            {
                Interlocked.Decrement(ref _waiting);
                job.Run();
            }

            lock (_lock)
            {
                if (_backlog > 0)
                {
                    _backlog--;
                }
                else
                {
                    _free++;
                }
            }
        }
    }

    /// <summary>Work that is either begun or given up, not both.</summary>
    private sealed class Job(Action run)
    {
        private int _taken;

        public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

        public void Run() => run();
    }
}
