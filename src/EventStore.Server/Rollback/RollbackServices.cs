using EventStore.Log.Postgres.Edits;
using EventStore.Server.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Rollback;

/// <summary>The services that rolling back takes.</summary>
internal static class RollbackServices
{
    public static IServiceCollection AddRollback(this IServiceCollection services) => services
        .AddSingleton<EditReader>()
        .AddSingleton<ReferenceReader>()
        .AddSingleton<RollbackReferences>()
        .AddSingleton<RollbackPlanner>()
        .AddSingleton<RollbackHistory>()
        .AddSingleton<RollbackApplication>()
        .AddSingleton<RollbackPortions>()
        .AddSingleton<IJobKind, RollbackJob>();
}
