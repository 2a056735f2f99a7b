using System.Data;
using System.Diagnostics;
using EventStore.Benchmarks.Workload;
using EventStore.Testing;
using Npgsql;
using NpgsqlTypes;

namespace EventStore.Benchmarks.Peers;

/// <summary>
/// What most people build: a table with a full copy of every version of every document and the time it was valid, in a
/// PostgreSQL of its own with the settings that the server gives to its own.
/// </summary>
internal sealed class AuditTablePeer : IAsyncDisposable
{
    private const string CreateTable = """
        create table audit (
            doc_id text collate "C" not null,
            valid_from timestamptz not null,
            valid_to timestamptz not null,
            doc jsonb not null)
        """;

    private const string CreateIndexes = """
        alter table audit add primary key (doc_id, valid_from);
        create index audit_validity on audit (valid_to, valid_from);
        """;

    private const string CopyIn = "copy audit (doc_id, valid_from, valid_to, doc) from stdin (format binary)";
    private const string Settle = "vacuum (analyze) audit";
    private const string SelectSize = "select pg_total_relation_size('audit')";
    private const string SelectCount = "select count(*) from audit where valid_from <= $1 and valid_to > $1";
    private const string SelectDocument =
        "select doc from audit where doc_id = $1 and valid_from <= $2 and valid_to > $2";

    private const string SelectHistory = """
        select valid_from, valid_to from audit where doc_id = $1 order by valid_from
        """;

    private readonly PostgresCluster _cluster;
    private readonly NpgsqlDataSource _dataSource;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _document;
    private readonly NpgsqlCommand _history;

    private AuditTablePeer(PostgresCluster cluster, NpgsqlDataSource dataSource, NpgsqlConnection connection)
    {
        _cluster = cluster;
        _dataSource = dataSource;
        _connection = connection;
        _document = new(SelectDocument, connection)
        {
            Parameters =
            {
                new() { NpgsqlDbType = NpgsqlDbType.Text },
                new() { NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        _history = new(SelectHistory, connection) { Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Text } } };
    }

    /// <summary>
    /// Fills the table in the way that leaves it smallest: rows in bulk and complete, then the indexes, then vacuum.
    /// </summary>
    public static async Task<AuditTablePeer> CreateAsync(IEnumerable<WorkloadTransaction> transactions)
    {
        var cluster = await PostgresCluster.StartAsync(sharedBuffersMegabytes: null);
        var dataSource = NpgsqlDataSource.Create(await cluster.CreateBlankDatabaseAsync() + ";Command Timeout=0");
        var connection = await dataSource.OpenConnectionAsync();
        var peer = new AuditTablePeer(cluster, dataSource, connection);
        await peer.ExecuteAsync(CreateTable);
        await peer.FillAsync(transactions);
        await peer.ExecuteAsync(CreateIndexes);
        await peer.ExecuteAsync(Settle);
        await peer._document.PrepareAsync();
        await peer._history.PrepareAsync();
        return peer;
    }

    public async Task<double> SizeInBytesAsync() => (long)(await ScalarAsync(SelectSize))!;

    public async Task<long> CountDocumentsAsync(DateTimeOffset time) => (long)(await ScalarAsync(SelectCount, time))!;

    /// <summary>
    /// All documents of an instant as text, in no order. Binary framing, because text framing escapes every backslash
    /// once more on the way out and nobody could use the lines as they are.
    /// </summary>
    public async Task<TimedOutput> ExportAsync(DateTimeOffset time)
    {
        var instant = time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", null);
        var copy = $"""
            copy (select doc::text from audit
                  where valid_from <= '{instant}+00' and valid_to > '{instant}+00') to stdout (format binary)
            """;
        var start = Stopwatch.GetTimestamp();
        long bytes;
        await using (var rows = await _connection.BeginRawBinaryCopyAsync(copy))
        {
            bytes = await ExternalCommand.DrainAsync(rows);
        }

        return new(Stopwatch.GetElapsedTime(start).TotalNanoseconds, bytes);
    }

    /// <summary>One document at an instant, by a prepared statement on an open connection.</summary>
    /// <returns>Nanoseconds.</returns>
    public async Task<double> LookUpAsync(string documentId, DateTimeOffset time)
    {
        var start = Stopwatch.GetTimestamp();
        _document.Parameters[0].Value = documentId;
        _document.Parameters[1].Value = time.UtcDateTime;
        await using (var reader = await _document.ExecuteReaderAsync(CommandBehavior.SingleRow))
        {
            if (!await reader.ReadAsync() || reader.GetFieldValue<byte[]>(0).Length == 0)
            {
                throw new InvalidOperationException($"The audit table has no {documentId} at {time:O}.");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    /// <summary>When each version of a document was valid.</summary>
    /// <returns>Nanoseconds.</returns>
    public async Task<double> ListAsync(string documentId)
    {
        var start = Stopwatch.GetTimestamp();
        _history.Parameters[0].Value = documentId;
        var versions = 0;
        await using (var reader = await _history.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                reader.GetDateTime(0);
                reader.GetDateTime(1);
                versions++;
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        return versions > 0 ? elapsed : throw new InvalidOperationException($"The audit table has no {documentId}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _document.DisposeAsync();
        await _history.DisposeAsync();
        await _connection.DisposeAsync();
        await _dataSource.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    private async Task FillAsync(IEnumerable<WorkloadTransaction> transactions)
    {
        var current = new Dictionary<string, (DateTimeOffset From, byte[] Content)>(StringComparer.Ordinal);
        await using var rows = await _connection.BeginBinaryImportAsync(CopyIn);
        foreach (var transaction in transactions)
        {
            foreach (var version in transaction.Versions)
            {
                if (current.Remove(version.DocumentId, out var former))
                {
                    await WriteAsync(version.DocumentId, former, transaction.DistinctTime.UtcDateTime);
                }

                if (version.Content is { } content)
                {
                    current.Add(version.DocumentId, (transaction.DistinctTime, content));
                }
            }
        }

        foreach (var (documentId, last) in current)
        {
            await WriteAsync(documentId, last, DateTime.MaxValue);
        }

        await rows.CompleteAsync();

        async Task WriteAsync(string documentId, (DateTimeOffset From, byte[] Content) version, DateTime to)
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(documentId, NpgsqlDbType.Text);
            await rows.WriteAsync(version.From.UtcDateTime, NpgsqlDbType.TimestampTz);
            await rows.WriteAsync(to, NpgsqlDbType.TimestampTz);
            await rows.WriteAsync(version.Content, NpgsqlDbType.Jsonb);
        }
    }

#pragma warning disable CA2100 // The callers above pass constants.
    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ScalarAsync(string sql, DateTimeOffset? time = null)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        if (time is { } instant)
        {
            command.Parameters.Add(new() { Value = instant.UtcDateTime });
        }

        return await command.ExecuteScalarAsync();
    }
#pragma warning restore CA2100
}
