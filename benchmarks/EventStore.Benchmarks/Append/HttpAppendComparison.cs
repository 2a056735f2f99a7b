using System.Text;
using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;

namespace EventStore.Benchmarks.Append;

/// <summary>Durable appends over HTTP against single-row commits of PostgreSQL.</summary>
internal static class HttpAppendComparison
{
    private const int Documents = 1000;

    private static long _next;

    public static async Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        await using var server = await ServerUnderTest.StartAsync();
        await server.RunVerbAsync("datasets", "create", ServerUnderTest.Dataset);
        await MutateAsync(server, SmallTransactions.Creations(Documents));
        await using var pgbench = await PgbenchPeer.TryStartAsync(session.Folder);
        var one = new LoadCase("1 client", 1, _ => AppendAsync(server));
        var many = new LoadCase("64 clients", 64, _ => AppendAsync(server));
        await LoadRound.RunAsync(one, session.Options.LoadWarmup);
        await LoadRound.RunAsync(many, session.Options.LoadWarmup);
        var duration = session.Options.LoadDuration;
        var rounds = await Turns.TakeAsync(
            session.Options.Runs,
            () => PerSecondAsync(one, duration),
            pgbench is null ? null : () => pgbench.RunAsync(1, duration),
            () => PerSecondAsync(many, duration),
            pgbench is null ? null : () => pgbench.RunAsync(8, duration));
        return ComparisonTable.Describe(
            "One request is one transaction (a patch of one small document) and is answered when it is durable; every "
            + "client waits for its answer before it asks again. Ours: `POST /data/mutate` over open connections to a "
            + "server process, all on one dataset; the clients are in the benchmark's process, on the same cores. The "
            + "peer: pgbench with a prepared INSERT of one small row, committed by itself, over the local socket of a "
            + $"PostgreSQL with the same settings. Rounds of {duration.TotalSeconds} s in turns; a ratio above 1 is "
            + "more than the peer.",
            [
                new(
                    "durable append, 1 client",
                    Unit.PerSecond,
                    new("mutate over HTTP, 1 client", rounds[0]),
                    new("pgbench, 1 client", rounds[1]),
                    Goal.AtLeast(0.5)),
                new(
                    "durable append, 64 clients",
                    Unit.PerSecond,
                    new("mutate over HTTP, 64 clients", rounds[2]),
                    new("pgbench, 8 clients", rounds[3]),
                    Goal.AtLeast(0.7)),
            ]);
    }

    private static async Task<double> PerSecondAsync(LoadCase load, TimeSpan duration) =>
        (await LoadRound.RunAsync(load, duration)).PerSecond;

    private static Task AppendAsync(ServerUnderTest server) =>
        MutateAsync(server, SmallTransactions.Request(Interlocked.Increment(ref _next)));

    private static Task<TimedOutput> MutateAsync(ServerUnderTest server, string mutations) => server.Requests.PostAsync(
        ServerUnderTest.Path("mutate"), Encoding.UTF8.GetBytes($$"""{"mutations":{{mutations}}}"""));
}
