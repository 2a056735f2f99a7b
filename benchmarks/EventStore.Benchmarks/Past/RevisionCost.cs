using System.Globalization;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;

namespace EventStore.Benchmarks.Past;

/// <summary>One document at a random revision, with a hundred revisions and with many.</summary>
internal static class RevisionCost
{
    private const int Seed = 5;
    private const int Few = 100;
    private const int Many = 100_000;
    private const int QuickMany = 500;
    private const int Fields = 20;
    private const int FieldLength = 90;
    private const double MostTimes = 1.5;

    public static async Task<Comparison> CompareAsync(BenchmarkSession session)
    {
        await using var server = await ServerUnderTest.StartAsync();
        var many = session.Options.Quick ? QuickMany : Many;
        foreach (var revisions in new[] { Few, many })
        {
            var file = Path.Combine(session.Folder, "revisions.ndjson");
            Write(file, revisions);
            Console.WriteLine($"importing a document with {revisions} revisions ...");
            await server.ImportAsync(file, NameOf(revisions));
            File.Delete(file);
        }

        await PastStage.SettleAsync(server, session.Options);
        var random = new Random(Seed);
        var rounds = await Turns.TakeAsync(session.Options.Runs + 1, () => SlowAsync(many), () => SlowAsync(Few));
        return new(
            string.Create(CultureInfo.InvariantCulture, $"one document at a random revision of {many:n0}, p99"),
            Unit.Nanoseconds,
            new("one GET", [.. rounds[0].Skip(1)]),
            new($"the same of {Few}", [.. rounds[1].Skip(1)]),
            Goal.AtMost(MostTimes));

        async Task<double> SlowAsync(int revisions)
        {
            var times = new double[session.Options.RequestsPerRound];
            for (var index = 0; index < times.Length; index++)
            {
                var path = ServerUnderTest.Path("history", NameOf(revisions))
                    + string.Create(
                        CultureInfo.InvariantCulture, $"/documents/page?revision=r{random.Next(1, revisions + 1)}");
                times[index] = (await server.Requests.GetAsync(path)).Nanoseconds;
            }

            Array.Sort(times);
            return times[times.Length * 99 / 100];
        }
    }

    private static string NameOf(int revisions) =>
        string.Create(CultureInfo.InvariantCulture, $"revisions-{revisions}");

    /// <summary>Every transaction replaces one of the document's texts.</summary>
    private static void Write(string path, int revisions)
    {
        var random = new Random(Seed);
        var texts = Enumerable.Range(0, Fields).Select(_ => Text(random)).ToArray();
        var start = new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        using var file = new StreamWriter(path);
        for (var revision = 1; revision <= revisions; revision++)
        {
            texts[random.Next(Fields)] = Text(random);
            var fields = string.Join(',', texts.Select((text, index) => $"\"text{index}\":\"{text}\""));
            file.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"id\":\"r{revision}\",\"timestamp\":\"{start.AddSeconds(revision):yyyy-MM-dd'T'HH:mm:ss'Z'}\","
                + $"\"author\":\"writer\",\"mutations\":[{{\"createOrReplace\":{{\"_id\":\"page\",\"_type\":\"page\","
                + $"{fields}}}}}]}}\n"));
        }
    }

    private static string Text(Random random) =>
        new(random.GetItems<char>("abcdefghijklmnopqrstuvwxyz     ", FieldLength));
}
