using System.Security.Cryptography;
using EventStore.Server.Activity;
using EventStore.Server.Wire;

namespace EventStore.Server.Jobs;

/// <summary>Where features put jobs.</summary>
internal sealed class JobQueue(JobScheduler scheduler)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 26;

    /// <summary>
    /// An id for a new job. It needs no token to be listened to (clients send none), so it must not be guessed.
    /// </summary>
    public static string NewId() => RandomNumberGenerator.GetString(Alphabet, IdLength);

    /// <summary>Commits a management change together with the job that does the rest of it, and has that run.</summary>
    /// <exception cref="BoomException">400: the project has too many jobs that are not finished.</exception>
    public async Task CommitAsync(ManagementTransaction change, Job job, CancellationToken cancellationToken)
    {
        await JobStore.InsertAsync(change, job, cancellationToken);
        await change.CommitAsync(cancellationToken);

        // The job is there whatever becomes of this; were it to fail, the job would be found a little later.
        await scheduler.ScheduleAsync(new(job.Id, 0), CancellationToken.None);
    }
}
