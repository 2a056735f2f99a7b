using EventStore.Log.Postgres.Copies;
using EventStore.Server.Backups.Making;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Backups.Restoring;
using EventStore.Server.Backups.Verification;
using EventStore.Server.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Backups;

/// <summary>The services that backups take.</summary>
internal static class BackupServices
{
    public static IServiceCollection AddBackups(this IServiceCollection services) => services
        .AddSingleton<StoredLogReader>()
        .AddSingleton<BackupStore>()
        .AddSingleton<BackupPartStore>()
        .AddSingleton<BackupSettingsStore>()
        .AddSingleton<BackupBlobs>()
        .AddSingleton<BackupCache>()
        .AddSingleton<BackupOpening>()
        .AddSingleton<BackupFiles>()
        .AddSingleton<BackupGate>()
        .AddSingleton<BackupOrders>()
        .AddSingleton<LogBackup>()
        .AddSingleton<DocumentBackup>()
        .AddSingleton<AssetBackup>()
        .AddSingleton<BackedUpSettings>()
        .AddSingleton<CertificateMaker>()
        .AddSingleton<BackupVerifier>()
        .AddSingleton<IJobKind, DatasetBackup>()
        .AddSingleton<RestoreComparison>()
        .AddSingleton<RestoredAssets>()
        .AddSingleton<RestoredChanges>()
        .AddSingleton<RestoredLog>()
        .AddSingleton<IJobKind, DatasetRestore>()
        .AddSingleton<BackupUpkeep>()
        .AddHostedService(services => services.GetRequiredService<BackupUpkeep>());
}
