using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;
using Npgsql;

namespace EventStore.Benchmarks.Past;

/// <summary>Replaying a whole log against the limit: reading the log's own rows and doing nothing with them.</summary>
internal static class ReplayComparison
{
    private const double MostTimesLimit = 2;
    private const int WarmUps = 3;

    /// <summary>
    /// The log's tables are found by their shape, so that a change of the layout does not have to be told here: rows of
    /// a dataset in sequence, less what is derived.
    /// </summary>
    private const string SelectLogTables = """
        select relation.relname
        from pg_class relation
        where relation.relnamespace = 'eventstore'::regnamespace and relation.relkind in ('r', 'p')
          and not relation.relispartition
          and relation.relname !~ '^(head|keyframe|checkpoint|reference|attribute|dataset)'
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
            Func<Task<double>> replay = () => ReplayAsync(server, stage.Workload.TransactionCount);
            Func<Task<double>> command = () => server.RunVerbAsync("replay", ServerUnderTest.Dataset);
            for (var index = 0; index < WarmUps; index++)
            {
                await replay();
                await copy();
                await command();
            }

            var rounds = await Turns.TakeAsync(session.Options.Runs, replay, copy, command);
            var what = string.Create(
                CultureInfo.InvariantCulture,
                $"full replay, {stage.Name} ({Figure.Bytes(bytes)} of {string.Join(" and ", tables)})");
            var limit = new Side("COPY binary of the log's rows", rounds[1]);
            comparisons.AddRange(
            [
                new(
                    what,
                    Unit.Nanoseconds,
                    new("replay", rounds[0]),
                    limit,
                    Goals.Of(stage.Workload, MostTimesLimit, MostTimesLimit)),
                new($"{what}, the whole command", Unit.Nanoseconds, new("eventstore replay", rounds[2]), limit, null),
            ]);
        }

        return ComparisonTable.Describe(
            "Ours: the replay of the dataset by a running server, first to last transaction, from the request (`POST "
            + "/data/replay/{dataset}`, over a connection that is open already) to the last byte of its summary, which "
            + "must count all transactions. The limit: COPY of all columns and rows of the same dataset from the log's "
            + "own tables, in binary, through Npgsql on an open connection, one table after the other, read and "
            + "dropped. So neither has the start of a program in its time. The whole command is `eventstore replay` "
            + "as a process, with its start and its connection; that is mostly the start of .NET, which the limit has "
            + $"not, so it has no goal. {WarmUps} rounds to warm up.",
            comparisons);
    }

    private static async Task<double> ReplayAsync(ServerUnderTest server, int transactions)
    {
        var start = Stopwatch.GetTimestamp();
        var answer = await server.Requests.AskAsync(HttpMethod.Post, ServerUnderTest.Path("replay"), null);
        var time = Stopwatch.GetElapsedTime(start);
        using var summary = JsonDocument.Parse(answer.TrimEnd().Split('\n')[^1]);
        return summary.RootElement.TryGetProperty("replayed", out var replayed)
            && replayed.GetProperty("transactions").GetInt32() == transactions
            ? time.TotalNanoseconds
            : throw new InvalidOperationException($"The log was not replayed to its end: {answer}");
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
