using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventStore.Server.Hosting.Postgres;

/// <summary>
/// A PostgreSQL of the server's own: started with it, stopped with it, listening on a local socket only. When the
/// postmaster dies while serving, it is started again; when the server itself is killed, the next start ends what is
/// left and goes on from there.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    public const string DatabaseName = "eventstore";

    // Some connections stay free for an operator's psql.
    private const int MaxPoolSize = PostgresConfiguration.MaxConnections - 20;
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BusyBackendPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(10);

    private readonly PostgresInstance _instance;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _supervision = Task.CompletedTask;
    private volatile int _processId;

    private PrivatePostgres(PostgresInstance instance, ILogger logger)
    {
        _instance = instance;
        _logger = logger;
    }

    /// <summary>Raised after the postmaster was started again: every connection from before is dead.</summary>
    public event Action? Restarted;

    public string ConnectionString => ConnectionStringTo(DatabaseName);

    /// <summary>The postmaster's process id.</summary>
    public int ProcessId => _processId;

    /// <summary>Creates the cluster and its database when they are missing, and starts it.</summary>
    /// <exception cref="StartupException">There is no usable PostgreSQL, or it cannot run in this folder.</exception>
    public static async Task<PrivatePostgres> StartAsync(
        PrivatePostgresOptions options,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var instance = new PostgresInstance(options);
        var postgres = new PrivatePostgres(instance, logger);
        try
        {
            await instance.PrepareAsync(cancellationToken);
            postgres._processId = await instance.StartAsync(cancellationToken);
            await postgres.CreateDatabaseAsync(cancellationToken);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }

        postgres._supervision = postgres.SuperviseAsync();
        return postgres;
    }

    /// <summary>The name that every process of the cluster in a folder shows in its command line.</summary>
    public static string ClusterNameOf(string folder) => PostgresInstance.NameOf(folder);

    public string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _instance.SocketFolder,
        Username = PostgresInstance.UserName,
        Database = database,
        MaxPoolSize = MaxPoolSize,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _supervision;
        await _instance.StopAsync(CancellationToken.None);
        _instance.RemoveSocketFolder();
        _stopping.Dispose();
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        const string count = "SELECT count(*) FROM pg_database WHERE datname = 'eventstore'";
        var exists = await ExecuteAsync(count, cancellationToken);
        if (exists is not 0L)
        {
            return;
        }

        // Only a build with lz4 knows the value; it compresses as well as the default, several times faster.
        foreach (var (setting, query) in new[]
        {
            ("ALTER SYSTEM SET default_toast_compression = 'lz4'", Knows("default_toast_compression")),
            ("ALTER SYSTEM SET wal_compression = 'lz4'", Knows("wal_compression")),
        })
        {
            if (await ExecuteAsync(query, cancellationToken) is true)
            {
                await ExecuteAsync(setting, cancellationToken);
            }
        }

        await ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
        await ExecuteAsync("CREATE DATABASE eventstore", cancellationToken);

        static string Knows(string setting) =>
            $"SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = '{setting}'";
    }

    private async Task<object?> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringTo("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // The callers above pass constants.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(WatchInterval, _stopping.Token);
                if (!_instance.Processes.Contains(_processId))
                {
                    await StartAgainAsync(_stopping.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping is the only way out.
        }
    }

    private async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        LogMessages.PostgresDied(_logger, _processId);
        for (var delay = TimeSpan.FromSeconds(1); ; delay = Min(delay * 2, LongestRetryDelay))
        {
            try
            {
                await _instance.Processes.WaitUntilGoneAsync(BusyBackendPatience, cancellationToken);
                _processId = await _instance.StartAsync(cancellationToken);
                LogMessages.PostgresRestarted(_logger, _processId);
                Restarted?.Invoke();
                return;
            }
            catch (Exception exception) when (exception is StartupException or IOException)
            {
                LogMessages.PostgresRestartFailed(_logger, exception.Message, delay.TotalSeconds);
                await Task.Delay(delay, cancellationToken);
            }
        }

        static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
    }
}
