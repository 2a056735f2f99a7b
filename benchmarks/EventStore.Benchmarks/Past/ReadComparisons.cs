using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;
using EventStore.Benchmarks.Workload;

namespace EventStore.Benchmarks.Past;

/// <summary>One document in the past, and one document's history, request by request.</summary>
internal static class ReadComparisons
{
    private const int Seed = 4;
    private const double MostTimesPeer = 1.5;

    public static async Task<BenchmarkResult> DocumentAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        await using var empty = await EmptyKestrelPeer.StartAsync();
        using var emptyRequests = new HttpRequests(empty.Address, null);
        await foreach (var stage in session.PastAsync())
        {
            var server = await stage.ServerAsync();
            var audit = await stage.AuditAsync();
            var random = new Random(Seed);
            var choices = Choose(stage.Workload, random, session.Options.RequestsPerRound);
            comparisons.Add(await CompareAsync(
                $"one document at a past instant, {stage.Name}, p50",
                session.Options.Runs,
                choices,
                choice => server.Requests.GetAsync(
                    ServerUnderTest.Path("history")
                    + $"/documents/{choice.DocumentId}?time={choice.Instant.TimeParameter}"),
                choice => audit.LookUpAsync(choice.DocumentId, choice.Instant.DistinctTime),
                emptyRequests));
        }

        return ComparisonTable.Describe(
            "One request after the other over one open connection. Ours: `GET "
            + "/data/history/{dataset}/documents/{id}?time=` of a version chosen at random among all versions of all "
            + "documents, at the instant it was made. The peer is a sum of two medians: the lookup of the same version "
            + "in the audit table (prepared statement, Npgsql, open connection) and a GET of an empty answer from "
            + "Kestrel, both measured in the same rounds. " + Rounds(session),
            comparisons);
    }

    public static async Task<BenchmarkResult> HistoryAsync(BenchmarkSession session)
    {
        var comparisons = new List<Comparison>();
        await using var empty = await EmptyKestrelPeer.StartAsync();
        using var emptyRequests = new HttpRequests(empty.Address, null);
        await foreach (var stage in session.PastAsync())
        {
            var server = await stage.ServerAsync();
            var audit = await stage.AuditAsync();
            var random = new Random(Seed);
            string[] documents = [.. stage.Workload.Versions.Select(version => version.DocumentId).Distinct()];
            var choices = random.GetItems(documents, session.Options.RequestsPerRound);
            comparisons.Add(await CompareAsync(
                $"history list of one document, {stage.Name}, p50",
                session.Options.Runs,
                choices,
                documentId => server.Requests.GetAsync(
                    ServerUnderTest.Path("history") + $"/transactions/{documentId}?excludeContent=true"),
                audit.ListAsync,
                emptyRequests));
        }

        return ComparisonTable.Describe(
            "One request after the other over one open connection. Ours: `GET "
            + "/data/history/{dataset}/transactions/{id}?excludeContent=true` of a document chosen at random: every "
            + "transaction that touched it, with id, time, author, and mutations without contents. The peer is a sum "
            + "of two medians: the times of the same document's versions from the audit table, which has no authors "
            + "and no ids, and a GET of an empty answer from Kestrel. " + Rounds(session),
            comparisons);
    }

    /// <summary>The median time of a request in each round; ours, the lookup and the empty one in turns.</summary>
    private static async Task<Comparison> CompareAsync<T>(
        string what,
        int rounds,
        T[] choices,
        Func<T, Task<TimedOutput>> ours,
        Func<T, Task<double>> lookUp,
        HttpRequests empty)
    {
        Func<Task<double>>[] sides =
        [
            () => MedianAsync(choices, async choice => (await ours(choice)).Nanoseconds),
            () => MedianAsync(choices, lookUp),
            () => MedianAsync(choices, async _ => (await empty.GetAsync("/")).Nanoseconds),
        ];
        foreach (var side in sides)
        {
            await side();
        }

        var times = await Turns.TakeAsync(rounds, sides);
        return new(
            what,
            Unit.Nanoseconds,
            new("one GET", times[0]),
            new("audit table + empty GET", [.. times[1].Zip(times[2], (audit, get) => audit + get)]),
            Goal.AtMost(MostTimesPeer));
    }

    private static async Task<double> MedianAsync<T>(T[] choices, Func<T, Task<double>> request)
    {
        var times = new double[choices.Length];
        for (var index = 0; index < choices.Length; index++)
        {
            times[index] = await request(choices[index]);
        }

        return Figure.Median(times);
    }

    /// <summary>Versions that are still there at the end of their second.</summary>
    private static (string DocumentId, PastInstant Instant)[] Choose(WorkloadFile workload, Random random, int count)
    {
        var chosen = new List<(string, PastInstant)>();
        while (chosen.Count < count)
        {
            var (documentId, transaction) = workload.Versions[random.Next(workload.Versions.Count)];
            var instant = workload.InstantOf(transaction);
            if (instant.Transaction == transaction)
            {
                chosen.Add((documentId, instant));
            }
        }

        return [.. chosen];
    }

    private static string Rounds(BenchmarkSession session) =>
        $"{session.Options.RequestsPerRound} requests of each kind a round, after one round to warm up.";
}
