using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace EventStore.Server.Jobs;

/// <summary>The services that jobs take.</summary>
internal static class JobServices
{
    /// <summary>One name for all servers on a database: that is what makes them share the work.</summary>
    private const string SchedulerName = "eventstore";

    private const string TablePrefix = "eventstore_quartz.";

    /// <summary>Adds them; features add their <see cref="IJobKind"/>s beside.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobStore>()
        .AddSingleton<JobRunner>()
        .AddSingleton<JobScheduler>()
        .AddSingleton<JobQueue>()
        .AddQuartz(Configure)
        .AddQuartzHostedService(options => options.WaitForJobsToComplete = true)
        .AddHostedService<JobWatch>();

    private static void Configure(IQuartzBuilder quartz)
    {
        quartz.ConfigureScheduler(options =>
        {
            options.InstanceName = SchedulerName;
            options.GenerateInstanceId = true;
            options.IdleWaitTime = ServerLimits.JobPoll;
            options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
        });
        quartz.UseDefaultThreadPool(ServerLimits.JobsAtOnce);
        quartz.AddJob<JobLauncher>(job => job.WithIdentity(JobScheduler.Launcher).StoreDurably());
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(options =>
                options.DataSourceFactory = provider => provider.GetRequiredService<NpgsqlDataSource>());
            store.ConfigureStore(options => options.TablePrefix = TablePrefix);
            store.UseClustering(options =>
            {
                options.CheckinInterval = ServerLimits.SchedulerCheckin;
                options.CheckinMisfireThreshold = ServerLimits.JobLease;
            });
        });
    }
}
