using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using Npgsql;

namespace EventStore.Server.Hosting;

/// <summary>What is done to the database at each start, before the server listens.</summary>
public static class DatabasePreparation
{
    /// <summary>
    /// The dataset that a new default project is created with, so that a first request has somewhere to go.
    /// </summary>
    public const string FirstDataset = "production";

    /// <summary>
    /// Brings the schema to this version. Also what makes the template of the databases that tests use.
    /// </summary>
    public static Task MigrateAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken) =>
        new SchemaMigrator(dataSource).MigrateAsync(cancellationToken);

    /// <summary>
    /// Creates the default project when it is missing, with a first dataset. A dataset that was deleted later stays so.
    /// </summary>
    public static async Task EnsureProjectAsync(
        NpgsqlDataSource dataSource,
        string projectId,
        CancellationToken cancellationToken)
    {
        var catalog = new DatasetCatalog(dataSource, TimeProvider.System);
        if (await catalog.EnsureProjectAsync(projectId, projectId, cancellationToken))
        {
            var name = DatasetName.Parse(FirstDataset);
            await catalog.CreateAsync(projectId, name, "private", "system", cancellationToken);
        }
    }
}
