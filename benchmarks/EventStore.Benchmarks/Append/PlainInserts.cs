using System.Text;
using Npgsql;

namespace EventStore.Benchmarks.Append;

/// <summary>
/// What PostgreSQL itself can do through Npgsql: a prepared INSERT of one row that holds the same bytes, committed on
/// its own. Each caller has its connection.
/// </summary>
internal sealed class PlainInserts : IAsyncDisposable
{
    private const string CreateTable = """
        create table plain_insert (id bigint generated always as identity primary key, body bytea not null)
        """;

    private const string Insert = "insert into plain_insert (body) values ($1)";
    private const string Count = "select count(*) from plain_insert";

    private readonly NpgsqlDataSource _dataSource;
    private readonly NpgsqlConnection[] _connections;
    private readonly NpgsqlCommand[] _commands;
    private long _next;
    private long _acknowledged;

    private PlainInserts(NpgsqlDataSource dataSource, int callers)
    {
        _dataSource = dataSource;
        _connections = new NpgsqlConnection[callers];
        _commands = new NpgsqlCommand[callers];
    }

    public static async Task<PlainInserts> CreateAsync(NpgsqlDataSource dataSource, int callers)
    {
        await using (var create = dataSource.CreateCommand(CreateTable))
        {
            await create.ExecuteNonQueryAsync();
        }

        var inserts = new PlainInserts(dataSource, callers);
        for (var caller = 0; caller < callers; caller++)
        {
            var connection = await dataSource.OpenConnectionAsync();
            var command = new NpgsqlCommand(Insert, connection);
            command.Parameters.Add(new NpgsqlParameter<byte[]>());
            inserts._connections[caller] = connection;
            inserts._commands[caller] = command;
            await command.PrepareAsync();
        }

        return inserts;
    }

    /// <summary>Inserts the next row on the caller's connection; returns when it is durable.</summary>
    public async Task InsertNextAsync(int caller)
    {
        var body = Encoding.UTF8.GetBytes(SmallTransactions.Request(Interlocked.Increment(ref _next)));
        ((NpgsqlParameter<byte[]>)_commands[caller].Parameters[0]).TypedValue = body;
        await _commands[caller].ExecuteNonQueryAsync();
        Interlocked.Increment(ref _acknowledged);
    }

    /// <exception cref="InvalidOperationException">The table does not hold exactly what was acknowledged.</exception>
    public async Task RequireAllAsync()
    {
        await using var command = _dataSource.CreateCommand(Count);
        var rows = (long)(await command.ExecuteScalarAsync())!;
        if (rows != _acknowledged)
        {
            throw new InvalidOperationException($"{_acknowledged} inserts were acknowledged, {rows} rows are there.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands)
        {
            await command.DisposeAsync();
        }

        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }
}
