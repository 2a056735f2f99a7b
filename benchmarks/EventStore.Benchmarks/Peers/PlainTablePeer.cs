using System.Data;
using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace EventStore.Benchmarks.Peers;

/// <summary>
/// What an application would write by hand for the same documents: one table with an index for its queries, asked by
/// prepared statements on an open connection.
/// </summary>
internal sealed class PlainTablePeer : IAsyncDisposable
{
    public const string SelectOne = "select content from plain.documents where id = $1";

    public const string SelectLatest = """
        select content from plain.documents where type = $1
        order by (content ->> 'date') collate "C" desc, id limit 21
        """;

    public const string SelectBySlug =
        "select content from plain.documents where content -> 'slug' ->> 'current' = $1";

    private const string CreateTable = """
        create schema plain;
        create table plain.documents (id text collate "C" primary key, type text not null, content jsonb not null)
        """;

    private const string CreateIndexes = """
        create index documents_date on plain.documents (type, ((content ->> 'date') collate "C"));
        create index documents_slug on plain.documents ((content -> 'slug' ->> 'current'));
        """;

    private const string CopyIn = "copy plain.documents (id, type, content) from stdin (format binary)";
    private const string Settle = "vacuum (analyze) plain.documents";
    private const string SelectSize = "select pg_total_relation_size('plain.documents')";

    private readonly NpgsqlDataSource _dataSource;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _one;
    private readonly NpgsqlCommand _latest;
    private readonly NpgsqlCommand _slug;

    private PlainTablePeer(NpgsqlDataSource dataSource, NpgsqlConnection connection)
    {
        _dataSource = dataSource;
        _connection = connection;
        _one = Command(SelectOne);
        _latest = Command(SelectLatest);
        _slug = Command(SelectBySlug);
    }

    /// <summary>Makes the table in a database that may hold other things.</summary>
    public static async Task<PlainTablePeer> CreateAsync(
        string connectionString, IEnumerable<(string Id, string Type, string Json)> documents)
    {
        var dataSource = NpgsqlDataSource.Create(connectionString);
        var peer = new PlainTablePeer(dataSource, await dataSource.OpenConnectionAsync());
        await peer.ExecuteAsync(CreateTable);
        await using (var rows = await peer._connection.BeginBinaryImportAsync(CopyIn))
        {
            foreach (var (id, type, json) in documents)
            {
                await rows.StartRowAsync();
                await rows.WriteAsync(id, NpgsqlDbType.Text);
                await rows.WriteAsync(type, NpgsqlDbType.Text);
                await rows.WriteAsync(json, NpgsqlDbType.Jsonb);
            }

            await rows.CompleteAsync();
        }

        await peer.ExecuteAsync(CreateIndexes);
        await peer.ExecuteAsync(Settle);
        foreach (var command in (NpgsqlCommand[])[peer._one, peer._latest, peer._slug])
        {
            await command.PrepareAsync();
        }

        return peer;
    }

    public async Task<double> SizeInBytesAsync()
    {
        await using var command = new NpgsqlCommand(SelectSize, _connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <returns>Nanoseconds, as those below.</returns>
    public Task<double> ByIdAsync(string id) => RunAsync(_one, id, 1);

    /// <summary>The first 21 of a type, latest first.</summary>
    public Task<double> LatestAsync(string type) => RunAsync(_latest, type, 21);

    public Task<double> BySlugAsync(string slug) => RunAsync(_slug, slug, 1);

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _latest.DisposeAsync();
        await _slug.DisposeAsync();
        await _connection.DisposeAsync();
        await _dataSource.DisposeAsync();
    }

    private static async Task<double> RunAsync(NpgsqlCommand command, string value, int least)
    {
        var start = Stopwatch.GetTimestamp();
        command.Parameters[0].Value = value;
        var rows = 0;
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult))
        {
            while (await reader.ReadAsync())
            {
                reader.GetFieldValue<byte[]>(0);
                rows++;
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        return rows >= least ? elapsed : throw new InvalidOperationException($"The table has {rows} for {value}.");
    }

#pragma warning disable CA2100 // The callers above pass constants.
    private NpgsqlCommand Command(string sql) =>
        new(sql, _connection) { Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Text } } };

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
#pragma warning restore CA2100
}
