using EventStore.Log.Postgres;
using Npgsql;

namespace EventStore.Server.Hosting;

/// <summary>What is done to the database at each start, before the server listens.</summary>
public static class DatabasePreparation
{
    /// <summary>
    /// Brings the schema to this version. Also what makes the template of the databases that tests use.
    /// </summary>
    public static Task MigrateAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken) =>
        new SchemaMigrator(dataSource).MigrateAsync(cancellationToken);

    /// <summary>Creates the default project when it is missing.</summary>
    public static Task EnsureProjectAsync(
        NpgsqlDataSource dataSource,
        string projectId,
        CancellationToken cancellationToken) =>
        new DatasetCatalog(dataSource, TimeProvider.System).EnsureProjectAsync(projectId, projectId, cancellationToken);
}
