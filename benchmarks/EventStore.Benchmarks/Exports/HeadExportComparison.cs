using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;

namespace EventStore.Benchmarks.Exports;

/// <summary>The export of the head over HTTP against <c>psql \copy</c> of the same lines.</summary>
internal static class HeadExportComparison
{
    private const double LeastOfCeiling = 0.7;

    public static async Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        var options = session.Options;
        await using var server = await GeneratedDataset.StartAsync(session);
        var path = ServerUnderTest.Path("export");
        Console.WriteLine("building the table ...");
        var peer = await CopyPeer.TryCreateAsync(server.ConnectionString, server.Requests.ReadLinesAsync(path));
        await GeneratedDataset.SettleAsync(server, options);
        var bytes = (await server.Requests.GetAsync(path)).Bytes;
        if (peer is not null)
        {
            await peer.RunAsync();
        }

        var rates = await Turns.TakeAsync(
            options.Runs,
            async () => Rate(bytes, (await server.Requests.GetAsync(path)).Nanoseconds),
            peer is null ? null : async () => Rate(bytes, await peer.RunAsync()));
        return ComparisonTable.Describe(
            "All documents of a dataset as they are now. Ours: `GET /data/export` over an open connection, one line a "
            + "document with its revision, in the order of ids, consistent whatever is written meanwhile; read and "
            + "dropped by the benchmark. The peer is in the same PostgreSQL: a table of one text column that holds the "
            + "lines that ours gave, in their order, and `psql` copying it to `/dev/null` over the local socket, its "
            + "start included. The server has done in the background what was due, a checkpoint of the dataset at rest "
            + "included. "
            + $"{GeneratedDataset.CountIn(session):N0} documents, {Figure.Bytes(bytes)}; the figures are in MB/s, more "
            + "is better.",
            [
                new(
                    "export of head, MB/s",
                    Unit.Number,
                    new("GET /data/export", rates[0]),
                    new(@"psql \copy", rates[1]),
                    Goal.AtLeast(LeastOfCeiling)),
            ]);
    }

    private static double Rate(long bytes, double nanoseconds) => bytes / nanoseconds * 1000;
}
