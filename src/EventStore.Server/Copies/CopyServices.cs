using EventStore.Server.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Copies;

/// <summary>The services that copies take.</summary>
internal static class CopyServices
{
    public static IServiceCollection AddCopies(this IServiceCollection services) => services
        .AddSingleton<CopyTargets>()
        .AddSingleton<CopiedMutations>()
        .AddSingleton<CopiedLog>()
        .AddSingleton<CopiedDocuments>()
        .AddSingleton<Synchronisation>()
        .AddSingleton<IJobKind, DatasetCopy>();
}
