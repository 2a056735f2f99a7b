using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// The connection that a busy writer keeps between commits. The pool would reset its session each time, which takes the
/// database as long as a small commit. Only so many are kept in a process, because those of the pool are for everybody.
/// </summary>
internal sealed class WriterConnection(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    private static int _kept;

    private NpgsqlConnection? _connection;
    private bool _isKept;

    public async ValueTask<NpgsqlConnection> OpenAsync()
    {
        if (_connection is { FullState: System.Data.ConnectionState.Open })
        {
            return _connection;
        }

        await ReleaseAsync();
        return _connection = await dataSource.OpenConnectionAsync();
    }

    /// <summary>To be called when a commit is over: keeps the connection if there are few enough of them.</summary>
    public ValueTask RestAsync()
    {
        if (_isKept)
        {
            return ValueTask.CompletedTask;
        }

        if (Interlocked.Increment(ref _kept) <= Limits.KeptConnections)
        {
            _isKept = true;
            return ValueTask.CompletedTask;
        }

        Interlocked.Decrement(ref _kept);
        return ReleaseAsync();
    }

    /// <summary>To be called when nothing is to be written for a while, or when something went wrong.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (_isKept)
        {
            _isKept = false;
            Interlocked.Decrement(ref _kept);
        }

        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => ReleaseAsync();
}
