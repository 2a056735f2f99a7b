using System.Diagnostics;
using System.Globalization;
using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;
using Npgsql;

namespace EventStore.Benchmarks.Copies;

/// <summary>
/// Copying a dataset with its history against the limit: the database inserting the same rows again, and nothing else.
/// </summary>
internal static class CopyComparison
{
    private const int QuickTransactions = 2_000;
    private const int WholeTransactions = 1_000_000;
    private const double MostTimesLimit = 2;

    /// <summary>A number that no dataset of the server gets.</summary>
    private const int Spare = 1_000_000_000;

    private const string CountDeleted = "select count(*) from eventstore.dataset where deleted_at is not null";

    private const string SelectNumber =
        $"(select number from eventstore.dataset where name = '{ServerUnderTest.Dataset}' and deleted_at is null)";

    /// <summary>The tables that hold a log and what is derived of it, and their columns besides the dataset.</summary>
    private static readonly (string Table, string Columns)[] Tables =
    [
        ("document", "number, id"),
        ("transaction", "sequence, timestamp, id, author, mutations, mutations_digest, digest"),
        ("effect", "sequence, document, apply, revert"),
        ("head", "sequence, document, chain_bytes, deleted, revision, content"),
        ("keyframe", "sequence, document, content"),
        ("reference", "source, target"),
    ];

    public static async Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        var options = session.Options;
        var transactions = options.Transactions ?? (options.Quick ? QuickTransactions : WholeTransactions);
        var file = Path.Combine(session.Folder, "edits.ndjson");
        EditedThings.Write(file, transactions);
        await using var server = await ServerUnderTest.StartAsync();
        Console.WriteLine("import ...");
        await server.ImportAsync(file);
        File.Delete(file);
        await PastStage.SettleAsync(server, options);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        var copies = 0;
        var rounds = await Turns.TakeAsync(
            options.Runs,
            () => CopyAsync(server, connection, $"copy-{++copies}"),
            () => InsertAsync(connection));
        var comparison = new Comparison(
            $"copy with history, {Figure.Whole(transactions)} transactions",
            Unit.Nanoseconds,
            new("eventstore datasets copy", rounds[0]),
            new("INSERT … SELECT", rounds[1]),
            transactions == WholeTransactions ? Goal.AtMost(MostTimesLimit) : null);
        return ComparisonTable.Describe(
            "Ours: `eventstore datasets copy` of a dataset with small edits of small documents, the time of the whole "
            + "command with its start. The limit: INSERT … SELECT of the same rows of "
            + string.Join(", ", Tables.Select(table => table.Table))
            + " under another number of a dataset, one statement a table, in one database transaction, through Npgsql "
            + "on an open connection. What either made is deleted, and the tables are vacuumed, before the next turn.",
            [comparison]);
    }

    private static async Task<double> CopyAsync(ServerUnderTest server, NpgsqlConnection connection, string name)
    {
        var time = await server.RunVerbAsync("datasets", "copy", ServerUnderTest.Dataset, name);
        await server.RunVerbAsync("datasets", "delete", name, "--yes");
        while (await ScalarAsync(connection, CountDeleted) > 0)
        {
            await Task.Delay(100);
        }

        await ExecuteAsync(connection, "vacuum");
        return time;
    }

    private static async Task<double> InsertAsync(NpgsqlConnection connection)
    {
        var start = Stopwatch.GetTimestamp();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            foreach (var (table, columns) in Tables)
            {
                await ExecuteAsync(connection, string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    insert into eventstore.{table} (dataset, {columns})
                    select {Spare}, {columns} from eventstore.{table} where dataset = {SelectNumber}
                    """));
            }

            await transaction.CommitAsync();
        }

        var time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        foreach (var (table, _) in Tables)
        {
            await ExecuteAsync(connection, string.Create(
                CultureInfo.InvariantCulture, $"delete from eventstore.{table} where dataset = {Spare}"));
        }

        await ExecuteAsync(connection, "vacuum");
        return time;
    }

#pragma warning disable CA2100 // The text is made of constants: a statement a table.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
#pragma warning restore CA2100
}
