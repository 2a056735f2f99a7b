using EventStore.Log.Postgres;
using Quartz;

namespace EventStore.Server.Jobs;

/// <summary>
/// Has jobs run: the scheduler of all servers on the database hands each to one that has room. It decides when and
/// where, nothing else; what is to be done and who may commit it is in the job's own row.
/// </summary>
internal sealed class JobScheduler(ISchedulerFactory schedulers)
{
    /// <summary>The one task that the scheduler knows; its triggers name the jobs.</summary>
    public static readonly JobKey Launcher = new("launcher", "jobs");

    /// <summary>Has a job run as soon as a server has room.</summary>
    /// <param name="fence">The job and how it was last taken: for each taking it is scheduled once.</param>
    /// <param name="cancellationToken">Gives up; the job is found by <see cref="JobWatch"/> then.</param>
    public async Task ScheduleAsync(Fence fence, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var key = new TriggerKey($"{fence.Job}.{fence.Token}", Launcher.Group);
        var trigger = TriggerBuilder.Create().ForJob(Launcher).WithIdentity(key).StartNow().Build();
        await scheduler.ScheduleTrigger(trigger, TriggerConflict.Keep, cancellationToken);
    }

    /// <summary>The job that a trigger is for.</summary>
    public static string JobOf(ITrigger trigger) => trigger.Key.Name.Split('.')[0];
}
