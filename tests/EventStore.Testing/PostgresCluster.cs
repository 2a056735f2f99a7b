using EventStore.Server.Hosting;
using EventStore.Server.Hosting.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EventStore.Testing;

/// <summary>
/// A throw-away PostgreSQL for the tests of one process, started at first use. It is run by the same code as the
/// server's own private PostgreSQL. Nothing is left behind, even when the test process is killed.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string TemplateName = "template_eventstore";
    private const int FewSharedBuffersMegabytes = 64;

    /// <summary>The servers of several test classes are connected at a time, each with a pool of its own.</summary>
    private static readonly Lazy<Task<PostgresCluster>> SharedCluster =
        new(() => StartAsync(new Dictionary<string, string> { ["max_connections"] = "400" }));

    private readonly PrivatePostgres _postgres;
    private readonly OrphanGuard _guard;
    private readonly SemaphoreSlim _creation = new(1);
    private bool _templateExists;
    private int _databases;

    private PostgresCluster(PrivatePostgres postgres, OrphanGuard guard)
    {
        _postgres = postgres;
        _guard = guard;
    }

    /// <summary>
    /// The cluster all test classes of this process share. Tests that kill PostgreSQL start their own.
    /// </summary>
    public static Task<PostgresCluster> SharedAsync() => SharedCluster.Value;

    /// <summary>Starts a cluster in a temporary folder.</summary>
    /// <param name="settings">Settings of postgresql.conf that differ from those the server chooses.</param>
    /// <param name="sharedBuffersMegabytes">Small unless it matters; null for the server's own choice.</param>
    public static async Task<PostgresCluster> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null, int? sharedBuffersMegabytes = FewSharedBuffersMegabytes)
    {
        var folder = TemporaryFolder.Create(reachableByPostgres: true);
        var guard = new OrphanGuard(folder, PrivatePostgres.ClusterNameOf(Path.Combine(folder, "pg")));
        var options = new PrivatePostgresOptions
        {
            Folder = Path.Combine(folder, "pg"),
            SyncNewCluster = false,
            SharedBuffersMegabytes = sharedBuffersMegabytes,
            Settings = settings ?? new Dictionary<string, string>(),
        };
        try
        {
            return new PostgresCluster(await PrivatePostgres.StartAsync(options, NullLogger.Instance, default), guard);
        }
        catch
        {
            guard.Dispose();
            throw;
        }
    }

    /// <summary>Creates an empty database that has the server's schema, as a copy of a template.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        await _creation.WaitAsync();
        try
        {
            if (!_templateExists)
            {
                await CreateTemplateAsync();
                _templateExists = true;
            }

            var name = $"test_{++_databases}";
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {TemplateName}");
            return _postgres.ConnectionStringTo(name);
        }
        finally
        {
            _creation.Release();
        }
    }

    /// <summary>Creates an empty database without any schema.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateBlankDatabaseAsync()
    {
        var name = $"blank_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return _postgres.ConnectionStringTo(name);
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _guard.Dispose();
        _creation.Dispose();
    }

    private async Task CreateTemplateAsync()
    {
        await ExecuteAsync($"CREATE DATABASE {TemplateName}");

        // No pool: a template can be copied only while nobody is connected to it.
        var connectionString = _postgres.ConnectionStringTo(TemplateName) + ";Pooling=false";
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await DatabasePreparation.MigrateAsync(dataSource, default);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_postgres.ConnectionStringTo("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
