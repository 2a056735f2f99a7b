using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;
using Npgsql;

namespace EventStore.Benchmarks.Copies;

/// <summary>
/// Copying a dataset with its history against the limit: the database inserting the same rows again, and nothing else.
/// Its full size is a million transactions; <c>--transactions</c> makes it smaller.
/// </summary>
internal static class CopyComparison
{
    private const int QuickTransactions = 2_000;
    private const int WholeTransactions = 1_000_000;
    private const double MostTimesLimit = 2;

    /// <summary>A number that no dataset of the server gets.</summary>
    private const string Spare = "1000000000";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private const string CountDeleted = "select count(*) from eventstore.dataset where deleted_at is not null";

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
            new("PUT …/copy to the end of its job", rounds[0]),
            new("INSERT … SELECT", rounds[1]),
            transactions == WholeTransactions ? Goal.AtMost(MostTimesLimit) : null);
        return ComparisonTable.Describe(
            "Ours: a running server copies a dataset with small edits of small documents, from the request to the end "
            + "of the job as who asks for it every 10 ms sees it, checkpoints included. The limit: INSERT … SELECT of "
            + "the same rows of "
            + string.Join(", ", Tables.Select(table => table.Table))
            + " (and of no checkpoints) under another number of a dataset, into the same tables with the same indexes, "
            + "one statement a table, in one database transaction, through Npgsql on an open connection. Both are "
            + "durable, and both find the write-ahead log just after a checkpoint. What either made is counted and "
            + "deleted, and the tables are vacuumed, before the next turn.",
            [comparison]);
    }

    private static async Task<double> CopyAsync(ServerUnderTest server, NpgsqlConnection connection, string name)
    {
        await ExecuteAsync(connection, "checkpoint");
        var start = Stopwatch.GetTimestamp();
        var body = Encoding.UTF8.GetBytes($$"""{"targetDataset":"{{name}}"}""");
        var path = $"/v1/datasets/{ServerUnderTest.Dataset}/copy";
        var begun = await server.Requests.AskAsync(HttpMethod.Put, path, body);
        var job = (string?)JsonNode.Parse(begun)!["jobId"] ?? throw new InvalidOperationException(begun);
        JsonNode end;
        while ((string?)(end = await AskForAsync(job))["state"] is "pending" or "running")
        {
            await Task.Delay(Poll);
        }

        var time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        if ((string?)end["state"] != "completed")
        {
            throw new InvalidOperationException(end.ToJsonString());
        }

        await RequireSameAsync(connection, NumberOf(name));
        await server.RunVerbAsync("datasets", "delete", name, "--yes");
        while (await ScalarAsync(connection, CountDeleted) > 0)
        {
            await Task.Delay(100);
        }

        await ExecuteAsync(connection, "vacuum");
        return time;

        async Task<JsonNode> AskForAsync(string id) =>
            JsonNode.Parse(await server.Requests.AskAsync(HttpMethod.Get, $"/v1/jobs/{id}", null))!;
    }

    private static async Task<double> InsertAsync(NpgsqlConnection connection)
    {
        await ExecuteAsync(connection, "checkpoint");
        var start = Stopwatch.GetTimestamp();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            foreach (var (table, columns) in Tables)
            {
                await ExecuteAsync(connection, $"""
                    insert into eventstore.{table} (dataset, {columns})
                    select {Spare}, {columns} from eventstore.{table}
                    where dataset = {NumberOf(ServerUnderTest.Dataset)}
                    """);
            }

            await transaction.CommitAsync();
        }

        var time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        await RequireSameAsync(connection, Spare);
        foreach (var (table, _) in Tables)
        {
            await ExecuteAsync(connection, $"delete from eventstore.{table} where dataset = {Spare}");
        }

        await ExecuteAsync(connection, "vacuum");
        return time;
    }

    private static string NumberOf(string dataset) =>
        $"(select number from eventstore.dataset where name = '{dataset}' and deleted_at is null)";

    /// <summary>Whether a copy has as many rows as what was copied.</summary>
    private static async Task RequireSameAsync(NpgsqlConnection connection, string copy)
    {
        foreach (var (table, _) in Tables)
        {
            var count = $"select count(*) from eventstore.{table} where dataset = ";
            var (made, there) = (
                await ScalarAsync(connection, count + copy),
                await ScalarAsync(connection, count + NumberOf(ServerUnderTest.Dataset)));
            if (made != there)
            {
                throw new InvalidOperationException($"The copy has {made} of {there} rows of {table}");
            }
        }
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
