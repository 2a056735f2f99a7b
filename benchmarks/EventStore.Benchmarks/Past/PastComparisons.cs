using System.Globalization;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;
using EventStore.Benchmarks.Workload;
using Npgsql;

namespace EventStore.Benchmarks.Past;

/// <summary>What history costs to write, to keep and to read as a whole, against what people use instead.</summary>
internal static class PastComparisons
{
    private static readonly double[] Shares = [0.5, 0.75, 1];

    public static async Task<BenchmarkResult> ImportAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        await foreach (var stage in session.PastAsync())
        {
            var rounds = await stage.ImportAsync(session.Options.Runs);
            await stage.SettleAsync();
            comparisons.Add(new(
                $"import, {stage.Name} ({Figure.Bytes(stage.Workload.Bytes)}, "
                + $"{Figure.Whole(stage.Workload.TransactionCount)} transactions)",
                Unit.Nanoseconds,
                new("eventstore import", rounds[0]),
                new("git fast-import", rounds[1]),
                Goals.Of(stage.Workload, 0.2, 0.15)));
        }

        return ComparisonTable.Describe(
            "From a local uncompressed file into a new, empty store; the time of the whole command. Ours: `eventstore "
            + "import` over HTTP into a new dataset of a running server, durable, with diffs both ways, hash chain and "
            + "heads. git: `fast-import` of the same history into a bare repository (one commit a transaction, one "
            + "file a document), which is not durable. Starting the server, making the empty repository and `git gc` "
            + "are not in the times. Every round has a new server and a new repository.",
            comparisons);
    }

    public static async Task<BenchmarkResult> ExportAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        await foreach (var stage in session.PastAsync())
        {
            var server = await stage.ServerAsync();
            var audit = await stage.AuditAsync();
            var git = await stage.GitAsync();
            var mariaDb = await stage.MariaDbAsync();
            foreach (var share in Shares)
            {
                var instant = stage.Workload.InstantAt(share);
                var path = ServerUnderTest.ExportPath(instant.TimeParameter);
                var documents = await RequireSameAsync(server, path, audit, git, mariaDb, instant);
                Func<Task<TimedOutput>>?[] sides =
                [
                    () => server.Requests.GetAsync(path),
                    () => audit.ExportAsync(instant.DistinctTime),
                    git is null ? null : () => git.ArchiveAsync(instant.Transaction),
                    mariaDb is null ? null : () => mariaDb.ExportAsync(instant.DistinctTime),
                ];
                var rounds = await MeasureAsync(session.Options.Runs, sides);
                var what = string.Create(
                    CultureInfo.InvariantCulture,
                    $"export, {stage.Name} at {share * 100:0} % ({documents:n0} documents)");
                var ours = new Side("export over HTTP", rounds[0]);
                var likeDumps = Goals.Of(stage.Workload, 0.5, 1);
                comparisons.AddRange(
                [
                    new(what, Unit.Nanoseconds, ours, new("audit table, COPY", rounds[1]), likeDumps),
                    new(what, Unit.Nanoseconds, ours, new("git archive", rounds[2]), likeDumps),
                    new(
                        what,
                        Unit.Nanoseconds,
                        ours,
                        new("MariaDB, FOR SYSTEM_TIME AS OF", rounds[3]),
                        Goals.Of(stage.Workload, 0.05, 0.7)),
                ]);
            }
        }

        return ComparisonTable.Describe(
            "All documents as they were behind the transaction at that share of the log, from the request to the last "
            + "byte, which the benchmark reads and drops. Ours: `GET /data/export?time=`, NDJSON sorted by id, over a "
            + "connection that is open already. Audit table: COPY of the `jsonb` as text, unsorted, through Npgsql on "
            + "an open connection. git: `git archive` as tar, after `git gc`, with the start of the process. MariaDB: "
            + "a SELECT through one lasting client process. All have given the same number of documents, and have "
            + "done the same once before.",
            comparisons);
    }

    public static async Task<BenchmarkResult> StorageAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        var tables = new MarkdownTable("table", "bytes", "per revision");
        await foreach (var stage in session.PastAsync())
        {
            var server = await stage.ServerAsync();
            await stage.SettleAsync();
            var parts = await ReadSizesAsync(server.ConnectionString);
            var total = parts.Sum(part => part.Bytes);
            foreach (var (name, bytes) in parts.Append(("total", total)))
            {
                tables.Add(
                    $"{stage.Name}: {name}",
                    Figure.Bytes(bytes),
                    Figure.Significant(bytes / stage.Workload.Versions.Count));
            }

            var ours = new Side("all tables with indexes", [total]);
            comparisons.Add(new(
                $"stored, {stage.Name}",
                Unit.Bytes,
                ours,
                new("audit table with indexes", [await (await stage.AuditAsync()).SizeInBytesAsync()]),
                Goals.Of(stage.Workload, 0.25, 0.7)));
            comparisons.Add(new(
                $"stored, {stage.Name}",
                Unit.Bytes,
                ours,
                new("git after gc", await stage.GitAsync() is { } git ? [git.SizeInBytes()] : []),
                Goals.Of(stage.Workload, 0.5, 0.6)));
        }

        var result = ComparisonTable.Describe(
            "Ours: `pg_total_relation_size` of every table of the server, after vacuum: log, heads, keyframes, "
            + "everything derived, indexes, TOAST. The audit table was filled in bulk, indexed afterwards and "
            + "vacuumed, so it has no empty space. git: all files of the repository after `git gc`.",
            comparisons);
        return result with { Markdown = $"{result.Markdown}\n{tables}" };
    }

    /// <summary>Everyone must give the same number of documents, or the comparison means nothing.</summary>
    private static async Task<int> RequireSameAsync(
        ServerUnderTest server,
        string path,
        AuditTablePeer audit,
        GitPeer? git,
        MariaDbPeer? mariaDb,
        PastInstant instant)
    {
        var ours = await server.Requests.CountLinesAsync(path);
        long[] theirs =
        [
            await audit.CountDocumentsAsync(instant.DistinctTime),
            git is null ? ours : await git.CountDocumentsAsync(instant.Transaction),
            mariaDb is null ? ours : await mariaDb.CountDocumentsAsync(instant.DistinctTime),
        ];
        return theirs.All(count => count == ours)
            ? ours
            : throw new InvalidOperationException(
                $"At transaction {instant.Transaction} ours has {ours} documents, "
                + $"the peers {string.Join(", ", theirs)}.");
    }

    private static async Task<double[][]> MeasureAsync(int rounds, Func<Task<TimedOutput>>?[] sides)
    {
        foreach (var side in sides)
        {
            await (side?.Invoke() ?? Task.FromResult(default(TimedOutput)));
        }

        return await Turns.TakeAsync(
            rounds, [.. sides.Select(side => side is null ? (Func<Task<double>>?)null : () => NanosecondsAsync(side))]);

        static async Task<double> NanosecondsAsync(Func<Task<TimedOutput>> side) => (await side()).Nanoseconds;
    }

    private static async Task<List<(string Name, double Bytes)>> ReadSizesAsync(string connectionString)
    {
        const string sizes = """
            select relname, pg_total_relation_size(oid)
            from pg_class
            where relkind in ('r', 'm') and relnamespace = 'eventstore'::regnamespace
              and pg_total_relation_size(oid) > 65536
            order by 2 desc
            """;
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sizes, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var parts = new List<(string, double)>();
        while (await reader.ReadAsync())
        {
            parts.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return parts;
    }
}
