using System.Text.Json.Nodes;
using EventStore.Log.Postgres;
using Npgsql;

namespace EventStore.Server.Jobs;

/// <summary>One server's hold on a job: the only way to get it a step further.</summary>
internal sealed class JobRun(Job job, JobStore store)
{
    public Job Job => job;

    /// <summary>What was last committed, by whichever server; null before the first step.</summary>
    public JsonObject? Step { get; private set; } = job.Step;

    /// <summary>For writes that are committed elsewhere than in a step.</summary>
    public Fence Fence => new(job.Id, job.Fence);

    /// <summary>Whether the job's completion is committed.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Commits a step: what it wrote and where to go on, or neither.</summary>
    /// <param name="progress">0 to 100.</param>
    /// <param name="message">What is being done, for people.</param>
    /// <param name="write">Writes in the open transaction of a connection and says where to go on.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FenceLostException">Another server has the job, or it is to be canceled.</exception>
    public Task CommitAsync(
        int progress,
        string? message,
        Func<NpgsqlConnection, Task<JsonObject>> write,
        CancellationToken cancellationToken) =>
        CommitAsync(message, async connection => (await write(connection), progress), cancellationToken);

    /// <summary>Commits a step of which only its end tells how far the work is then, from 0 to 100.</summary>
    /// <inheritdoc cref="CommitAsync(int, string?, Func{NpgsqlConnection, Task{JsonObject}}, CancellationToken)"/>
    public async Task CommitAsync(
        string? message,
        Func<NpgsqlConnection, Task<(JsonObject Step, int Progress)>> write,
        CancellationToken cancellationToken) =>
        Step = await store.CommitStepAsync(Fence, message, write, cancellationToken);

    /// <summary>Commits where to go on after something that was written elsewhere.</summary>
    /// <inheritdoc cref="CommitAsync(int, string?, Func{NpgsqlConnection, Task{JsonObject}}, CancellationToken)"/>
    public Task CommitAsync(int progress, string? message, JsonObject step, CancellationToken cancellationToken) =>
        CommitAsync(progress, message, _ => Task.FromResult(step), cancellationToken);

    /// <summary>Tells how far the work is within a step.</summary>
    /// <exception cref="FenceLostException">Another server has the job, or it is to be canceled.</exception>
    public Task ReportAsync(int progress, string message, CancellationToken cancellationToken) =>
        store.ReportAsync(Fence, progress, message, cancellationToken);

    /// <summary>Commits the last step and with it the job.</summary>
    /// <exception cref="FenceLostException">Another server has the job, or it is to be canceled.</exception>
    public async Task CompleteAsync(
        string? message, Func<NpgsqlConnection, Task>? write, CancellationToken cancellationToken)
    {
        await store.CommitEndAsync(Fence, JobStates.Completed, message, write, cancellationToken);
        IsComplete = true;
    }
}
