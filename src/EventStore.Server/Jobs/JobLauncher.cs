using Quartz;

namespace EventStore.Server.Jobs;

/// <summary>What the scheduler calls on the server that it has chosen for a job.</summary>
internal sealed class JobLauncher(JobRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runner.RunAsync(JobScheduler.JobOf(context.Trigger), cancellationToken);
}
