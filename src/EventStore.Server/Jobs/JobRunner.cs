using System.Collections.Concurrent;
using System.Collections.Frozen;
using EventStore.Log.Postgres;
using EventStore.Server.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventStore.Server.Jobs;

/// <summary>Takes jobs and works on them until they end, are taken by another server, or this one stops.</summary>
internal sealed partial class JobRunner(
    IEnumerable<IJobKind> kinds,
    JobStore store,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILogger<JobRunner> logger)
{
    private const string DiskFullMessage = "The disk of the database is full";

    private readonly FrozenDictionary<string, IJobKind> _kinds = kinds.ToFrozenDictionary(kind => kind.Name);
    private readonly ConcurrentDictionary<string, JobHold> _held = new();
    private readonly string _node = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>Works on a job, if it is there to be taken.</summary>
    public async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, lifetime.ApplicationStopping);
        if (stopping.IsCancellationRequested || await store.TakeAsync(id, _node, stopping.Token) is not { } job)
        {
            return;
        }

        Took(logger, job.Kind, job.Id, job.Fence);
        using var hold = new JobHold(job, store, clock, stopping.Token);
        _held[job.Id] = hold;
        try
        {
            await RunAsync(job, hold);
        }
        finally
        {
            _held.TryRemove(new(job.Id, hold));
        }
    }

    /// <summary>Tells a job that runs here at once what its next sign of life would tell it: that it is to
    /// end.</summary>
    public void LookAt(string id)
    {
        if (_held.TryGetValue(id, out var hold))
        {
            hold.LookSoon();
        }
    }

    private async Task RunAsync(Job job, JobHold hold)
    {
        var run = new JobRun(job, store);
        var beating = hold.BeatAsync();
        Exception? failure = null;
        try
        {
            var kind = _kinds.GetValueOrDefault(job.Kind)
                ?? throw new JobFailedException($"This version knows no jobs of kind {job.Kind}");
            if (job.Attempts > ServerLimits.JobAttempts)
            {
                throw new JobFailedException(
                    $"Given up: {ServerLimits.JobAttempts} servers in a row stopped working on it, none got further. "
                    + $"Last: {job.Message}");
            }

            hold.Token.ThrowIfCancellationRequested();
            await kind.RunAsync(run, hold.Token);
            failure = run.IsComplete ? null : new InvalidOperationException($"{job.Kind} ended without an end");
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // Signs of life go on until the end is committed, or a long clearing up would be taken for death.
        if (failure is not null)
        {
            await EndAsync(job, hold, failure);
        }
        else
        {
            Ended(logger, job.Kind, job.Id, JobStates.Completed, null);
        }

        await hold.StopAsync(beating);
    }

    private async Task EndAsync(Job job, JobHold hold, Exception failure)
    {
        try
        {
            await hold.LookAsync();
            if (hold.IsLost)
            {
                Lost(logger, job.Kind, job.Id, job.Fence);
            }
            else if (hold.IsCancelRequested)
            {
                await CommitEndAsync(job, JobStates.Canceled, "Canceled");
            }
            else if (hold.IsStopping || failure is OperationCanceledException or FenceLostException)
            {
                await store.ReleaseAsync(new(job.Id, job.Fence), CancellationToken.None);
            }
            else if (IsPassing(failure))
            {
                // Left as it is: it is taken again when nothing was heard of it for a while.
                Interrupted(logger, job.Kind, job.Id, failure.Message);
            }
            else
            {
                await CommitEndAsync(job, JobStates.Failed, Describe(job, failure));
            }
        }
        catch (Exception exception)
        {
            Interrupted(logger, job.Kind, job.Id, exception.Message);
            await ExplainAsync(job, exception);
        }
    }

    /// <summary>
    /// A disk can be so full that not even an end fits, which takes new entries in indexes: the job stays as it is,
    /// says why, which takes next to no room, and goes on when there is space again.
    /// </summary>
    private async Task ExplainAsync(Job job, Exception failure)
    {
        if (!IsDiskFull(failure))
        {
            return;
        }

        try
        {
            await store.ReportAsync(new(job.Id, job.Fence), job.Progress, DiskFullMessage, CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or FenceLostException)
        {
            Interrupted(logger, job.Kind, job.Id, exception.Message);
        }
    }

    private static bool IsDiskFull(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

    private async Task CommitEndAsync(Job job, string state, string message)
    {
        var kind = _kinds.GetValueOrDefault(job.Kind);
        await store.CommitEndAsync(
            new(job.Id, job.Fence),
            state,
            message,
            connection => kind?.AbandonAsync(job, connection, CancellationToken.None) ?? Task.CompletedTask,
            CancellationToken.None);
        Ended(logger, job.Kind, job.Id, state, message);
    }

    /// <summary>Whether it may go better the next time. With a full disk it may not: somebody must see to it.</summary>
    private static bool IsPassing(Exception failure) =>
        failure is LogUnavailableException
        || (DatabaseFailure.IsUnavailable(failure)
            && !IsDiskFull(failure));

    private string Describe(Job job, Exception failure)
    {
        if (failure is JobFailedException or DatasetNotFoundException or BlobStoreException)
        {
            return failure.Message;
        }

        Failed(logger, job.Kind, job.Id, failure);
        return IsDiskFull(failure)
            ? DiskFullMessage
            : "An unexpected error; the server's log says more";
    }

    [LoggerMessage(LogLevel.Information, "Job {Kind} {Id} is taken with fence {Fence}.")]
    private static partial void Took(ILogger logger, string kind, string id, long fence);

    [LoggerMessage(LogLevel.Information, "Job {Kind} {Id} is {State}: {Message}")]
    private static partial void Ended(ILogger logger, string kind, string id, string state, string? message);

    [LoggerMessage(LogLevel.Warning, "Job {Kind} {Id} is not held with fence {Fence} any more.")]
    private static partial void Lost(ILogger logger, string kind, string id, long fence);

    [LoggerMessage(LogLevel.Warning, "Job {Kind} {Id} is interrupted and will be tried again: {Reason}")]
    private static partial void Interrupted(ILogger logger, string kind, string id, string reason);

    [LoggerMessage(LogLevel.Error, "Job {Kind} {Id} failed.")]
    private static partial void Failed(ILogger logger, string kind, string id, Exception exception);
}
