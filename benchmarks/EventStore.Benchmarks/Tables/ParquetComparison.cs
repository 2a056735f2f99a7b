using System.Globalization;
using System.Text.Json.Nodes;
using EventStore.Benchmarks.Exports;
using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;

namespace EventStore.Benchmarks.Tables;

/// <summary>Exporting a dataset to Parquet, against exporting its documents and having DuckDB convert them.</summary>
internal static class ParquetComparison
{
    private const double MostTimesDuckDb = 1.5;
    private const string ExportPath = $"/v1/collections/{ServerUnderTest.Dataset}/export";

    private static readonly byte[] Order = "{\"format\":\"parquet\",\"drafts\":true}"u8.ToArray();

    public static async Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        using var duckDb = DuckDbPeer.TryStart(session.Options.Root);
        var comparisons = new List<Comparison>();
        await foreach (var stage in session.PastAsync())
        {
            comparisons.AddRange(await CompareAsync(session, stage.Name, await stage.ServerAsync(), duckDb));
        }

        await using (var generated = await GeneratedDataset.StartAsync(session))
        {
            await GeneratedDataset.SettleAsync(generated, session.Options);
            var name = string.Create(
                CultureInfo.InvariantCulture, $"{GeneratedDataset.CountIn(session):N0} generated documents");
            comparisons.AddRange(await CompareAsync(session, name, generated, duckDb));
        }

        return ComparisonTable.Describe(
            "Ours: `POST /collections/{collection}/export` over an open connection, from the request to the "
            + "answer with the link: two passes over the dataset, the file compressed with GZIP and durable in the "
            + "blob store. DuckDB: `COPY (FROM read_ndjson(…, sample_size = -1)) TO … (FORMAT parquet)` of our "
            + "NDJSON export, with two threads, in a process that is running already; the file is local and in the "
            + "page cache, and making it is not in the time. Both have done the same once before, and both files "
            + "have a row for every document. The columns are not quite the same: ours are found by what can be "
            + "read back without loss.",
            comparisons);
    }

    /// <param name="session">The run.</param>
    /// <param name="name">What the dataset is called in the table.</param>
    /// <param name="server">Has the dataset.</param>
    /// <param name="duckDb">Null when it is absent.</param>
    private static async Task<Comparison[]> CompareAsync(
        BenchmarkSession session, string name, ServerUnderTest server, DuckDbPeer? duckDb)
    {
        var lines = Path.Combine(session.Folder, "documents.ndjson");
        var parquet = Path.Combine(session.Folder, "documents.parquet");
        var bytes = await server.Requests.SaveAsync(ServerUnderTest.Path("export"), lines);
        await RequireSameAsync(server, duckDb, lines, parquet);
        var rounds = await Turns.TakeAsync(
            session.Options.Runs,
            async () => (await server.Requests.PostAsync(ExportPath, Order)).Nanoseconds,
            duckDb is null ? null : () => Task.FromResult(duckDb.Convert(lines, parquet, "snappy")),
            duckDb is null ? null : () => Task.FromResult(duckDb.Convert(lines, parquet, "gzip")));
        File.Delete(lines);
        File.Delete(parquet);
        var ours = new Side("export to Parquet over HTTP", rounds[0]);
        var what = string.Create(CultureInfo.InvariantCulture, $"Parquet, {name} ({Figure.Bytes(bytes)} of NDJSON)");
        var goal = Goal.AtMost(MostTimesDuckDb);
        return
        [
            new(what, Unit.Nanoseconds, ours, new("DuckDB, Snappy", rounds[1]), goal),
            new(what, Unit.Nanoseconds, ours, new("DuckDB, GZIP", rounds[2]), goal),
        ];
    }

    private static async Task RequireSameAsync(
        ServerUnderTest server, DuckDbPeer? duckDb, string lines, string parquet)
    {
        var answer = JsonNode.Parse(await server.Requests.AskAsync(HttpMethod.Post, ExportPath, Order))!;
        var documents = (long)answer["document_count"]!;
        if (duckDb is null)
        {
            return;
        }

        duckDb.Convert(lines, parquet, "gzip");
        var theirs = duckDb.CountRows(parquet);
        if (documents != theirs)
        {
            throw new InvalidOperationException($"Ours has {documents} rows, DuckDB's {theirs}.");
        }
    }
}
