using Npgsql;

namespace EventStore.Server.Jobs;

/// <summary>
/// A kind of background work. It goes forward in steps, each of which it commits through <see cref="JobRun"/> together
/// with where to go on; after a crash another server, or the same one later, begins behind the last of them.
/// </summary>
internal interface IJobKind
{
    /// <summary>What <see cref="Job.Kind"/> says, such as <c>dataset.copy</c>.</summary>
    string Name { get; }

    /// <summary>Does the work, from <see cref="JobRun.Step"/> on, up to <see cref="JobRun.CompleteAsync"/>.</summary>
    /// <exception cref="JobFailedException">It cannot be done, whoever tries.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    Task RunAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>
    /// Takes back what the steps have left, in the open transaction of a connection that also commits the end of the
    /// job: it was canceled or has failed.
    /// </summary>
    Task AbandonAsync(Job job, NpgsqlConnection connection, CancellationToken cancellationToken);
}
