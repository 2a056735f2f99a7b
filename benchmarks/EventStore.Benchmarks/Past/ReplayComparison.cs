using System.Diagnostics;
using System.Globalization;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Benchmarks.Past;

/// <summary>Replaying a whole log against the limit: reading the log's own rows and doing nothing with them.</summary>
internal static class ReplayComparison
{
    private const double MostTimesLimit = 2;

    /// <summary>
    /// The log's tables are found by their shape, so that a change of the layout does not have to be told here: rows of
    /// a dataset in sequence, less what is derived.
    /// </summary>
    private const string SelectLogTables = """
        select relation.relname
        from pg_class relation
        where relation.relnamespace = 'eventstore'::regnamespace and relation.relkind in ('r', 'p')
          and not relation.relispartition
          and relation.relname !~ '^(head|keyframe|checkpoint|reference|dataset)'
          and exists (select 1 from pg_attribute where attrelid = relation.oid and attname = 'dataset')
          and exists (select 1 from pg_attribute where attrelid = relation.oid and attname like '%sequence%')
        order by 1
        """;

    public static async Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        await foreach (var stage in session.PastAsync())
        {
            var server = await stage.ServerAsync();
            await using var connection = new NpgsqlConnection(server.ConnectionString);
            await connection.OpenAsync();
            var tables = await ReadLogTablesAsync(connection);
            var bytes = 0L;
            Func<Task<double>> copy = async () =>
            {
                var copied = await CopyAsync(connection, tables);
                bytes = copied.Bytes;
                return copied.Nanoseconds;
            };
            Func<Task<double>>? replay = await HasVerbAsync()
                ? () => server.RunVerbAsync("replay", ServerUnderTest.Dataset)
                : null;
            await copy();
            await (replay?.Invoke() ?? Task.FromResult(0d));
            var rounds = await Turns.TakeAsync(session.Options.Runs, replay, copy);
            comparisons.Add(new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"full replay, {stage.Name} ({Figure.Bytes(bytes)} of {string.Join(" and ", tables)})"),
                Unit.Nanoseconds,
                new("eventstore replay", rounds[0]),
                new("COPY binary of the log's rows", rounds[1]),
                Goal.AtMost(MostTimesLimit)));
        }

        return ComparisonTable.Describe(
            "Ours: `eventstore replay` of the dataset, first to last transaction, the time of the whole command with "
            + "its start. The limit: COPY of all columns and rows of the same dataset from the log's own tables, in "
            + "binary, through Npgsql on an open connection, one table after the other, read and dropped.",
            comparisons);
    }

    /// <summary>Whether the program under test can replay.</summary>
    public static async Task<bool> HasVerbAsync()
    {
        var help = await ExternalCommand.ReadAsync("dotnet", ["exec", ServerProcess.Program, "--help"]);
        return help.Contains("\n  replay ", StringComparison.Ordinal);
    }

    private static async Task<List<string>> ReadLogTablesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(SelectLogTables, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }

    private static async Task<TimedOutput> CopyAsync(NpgsqlConnection connection, List<string> tables)
    {
        var start = Stopwatch.GetTimestamp();
        var bytes = 0L;
        foreach (var table in tables)
        {
            var copy = $"""
                copy (select log.* from eventstore.{table} log
                      where log.dataset = (select number from eventstore.dataset
                                           where name = '{ServerUnderTest.Dataset}'))
                to stdout (format binary)
                """;
            await using var rows = await connection.BeginRawBinaryCopyAsync(copy);
            bytes += await ExternalCommand.DrainAsync(rows);
        }

        return new(Stopwatch.GetElapsedTime(start).TotalNanoseconds, bytes);
    }
}
