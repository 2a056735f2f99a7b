using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Copies;

/// <summary>
/// Commits the steps by which a job makes a dataset from a log. Streams of steps may run side by side: each writes on a
/// connection of its own and moves its part of <see cref="Current"/> on, and they take turns only to commit.
/// </summary>
/// <param name="run">The job.</param>
/// <param name="target">The dataset that it makes.</param>
/// <param name="measure">How far the work is at a step, 0 to 100.</param>
internal sealed class LogSteps(JobRun run, Dataset target, Func<LogStep, int> measure) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>What was last committed.</summary>
    public LogStep Current { get; private set; } = LogStep.Read(run.Step);

    /// <summary>Commits a step.</summary>
    /// <param name="message">What is being done, for people.</param>
    /// <param name="write">Writes in the open transaction of a connection, and says how the step before is moved
    /// on.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FenceLostException">Another server has the job, or it is to be canceled.</exception>
    /// <exception cref="DatasetNotFoundException">The dataset was deleted.</exception>
    public async Task CommitAsync(
        string message,
        Func<NpgsqlConnection, Task<Func<LogStep, LogStep>>> write,
        CancellationToken cancellationToken)
    {
        var hasTurn = false;
        try
        {
            var next = Current;
            await run.CommitAsync(
                message,
                async connection =>
                {
                    await DatasetConstruction.RequireAsync(connection, target, run.Job.Id, cancellationToken);
                    var move = await write(connection);
                    await _turn.WaitAsync(cancellationToken);
                    hasTurn = true;
                    next = move(Current);
                    return (next.ToJson(), measure(next));
                },
                cancellationToken);
            Current = next;
        }
        finally
        {
            if (hasTurn)
            {
                _turn.Release();
            }
        }
    }

    public void Dispose() => _turn.Dispose();
}
