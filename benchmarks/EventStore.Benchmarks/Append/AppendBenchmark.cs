using System.Globalization;
using System.Text.Json.Nodes;
using EventStore.Benchmarks.Results;
using EventStore.Server.Hosting;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Benchmarks.Append;

/// <summary>
/// Durable appends against plain inserts on one PostgreSQL. All of them take turns in every round, and start each
/// round with another one, so that what else the machine does falls on all alike.
/// </summary>
internal static class AppendBenchmark
{
    private const int Rounds = 5;
    private const int MostConnections = 64;
    private const string SelectSettings = """
        select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'),
               current_setting('server_version')
        """;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(2);

    public static async Task<BenchmarkResult> RunAsync()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var dataSource = NpgsqlDataSource.Create(await cluster.CreateDatabaseAsync());
        await DatabaseRequirements.RequireAsync(dataSource, default);
        var settings = await ReadSettingsAsync(dataSource);
        await using var transactions = await SmallTransactions.CreateAsync(dataSource);
        await using var inserts = await PlainInserts.CreateAsync(dataSource, MostConnections);
        LoadCase[] cases =
        [
            new("INSERT and COMMIT, 1 connection", 1, inserts.InsertNextAsync),
            new("INSERT and COMMIT, 8 connections", 8, inserts.InsertNextAsync),
            new("INSERT and COMMIT, 64 connections", 64, inserts.InsertNextAsync),
            new("TransactionAppender, 1 caller", 1, _ => transactions.AppendNextAsync()),
            new("TransactionAppender, 64 callers", 64, _ => transactions.AppendNextAsync()),
        ];
        await MeasureAsync(cases);
        await transactions.RequireAllAsync();
        await inserts.RequireAllAsync();
        return Describe(cases, settings);
    }

    private static async Task MeasureAsync(LoadCase[] cases)
    {
        foreach (var load in cases)
        {
            await LoadRound.RunAsync(load, Warmup);
        }

        for (var round = 0; round < Rounds; round++)
        {
            for (var turn = 0; turn < cases.Length; turn++)
            {
                var load = cases[(round + turn) % cases.Length];
                var result = await LoadRound.RunAsync(load, Duration);
                load.Rounds.Add(result);
                Console.WriteLine($"round {round + 1}: {load.Name}: {Figure.Whole(result.PerSecond)} per second");
            }
        }
    }

    private static BenchmarkResult Describe(LoadCase[] cases, string settings)
    {
        var table = new MarkdownTable("", "per second", "min … max", "ratio", "p50", "p99");
        var figures = new JsonArray();
        var baseline = MedianPerSecond(cases[0]);
        foreach (var load in cases)
        {
            double[] perSecond = [.. load.Rounds.Select(round => round.PerSecond)];
            double[] latencies = [.. load.Rounds.SelectMany(round => round.Milliseconds).Order()];
            var ratio = MedianPerSecond(load) / baseline;
            var half = latencies[latencies.Length / 2];
            var slow = latencies[latencies.Length * 99 / 100];
            table.Add(
                load.Name,
                Figure.Whole(MedianPerSecond(load)),
                $"{Figure.Whole(perSecond.Min())} … {Figure.Whole(perSecond.Max())}",
                Figure.Significant(ratio),
                Figure.Nanoseconds(half * 1e6),
                Figure.Nanoseconds(slow * 1e6));
            figures.Add(new JsonObject
            {
                ["name"] = load.Name,
                ["medianPerSecond"] = Figure.Rounded(MedianPerSecond(load)),
                ["roundsPerSecond"] = new JsonArray(
                    [.. perSecond.Select(value => JsonValue.Create(Figure.Rounded(value)))]),
                ["ratio"] = Figure.Rounded(ratio),
                ["p50Milliseconds"] = Figure.Rounded(half),
                ["p99Milliseconds"] = Figure.Rounded(slow),
            });
        }

        var explanation = string.Create(
            CultureInfo.InvariantCulture,
            $"One request is one transaction and answered when it is durable; a caller waits for its answer before it "
            + $"asks again. Ours: one patch of one small document, from the bytes of the mutation to the "
            + $"acknowledgement, all on one dataset: evaluated, diffed both ways, chained, written to log and heads. "
            + $"The peer: Npgsql, a prepared INSERT of the same bytes in one row of a plain table. Both in the process "
            + $"of the benchmark, on the same PostgreSQL over a local socket ({settings}), {Rounds} rounds of "
            + $"{Duration.TotalSeconds:0} s each, taking turns; medians of rounds, latencies over all rounds. The "
            + $"ratio is of throughput, above 1 is more than the first line. Afterwards both held exactly what had "
            + $"been acknowledged.");
        return new($"{explanation}\n\n{table}", figures);
    }

    private static double MedianPerSecond(LoadCase load) => Figure.Median(load.Rounds.Select(round => round.PerSecond));

    /// <exception cref="InvalidOperationException">Something that durability needs is not on.</exception>
    private static async Task<string> ReadSettingsAsync(NpgsqlDataSource dataSource)
    {
        await using var command = dataSource.CreateCommand(SelectSettings);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        if (Enumerable.Range(0, 3).Any(column => reader.GetString(column) != "on"))
        {
            throw new InvalidOperationException("fsync, synchronous_commit and full_page_writes must be on.");
        }

        return $"version {reader.GetString(3).Split(' ')[0]}, fsync, synchronous_commit and full_page_writes on";
    }
}
