using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Groq;

namespace EventStore.Benchmarks.Queries;

/// <summary>
/// Twenty typical queries, ours and groq-js in turns, from the text of the query to the text of the result.
/// </summary>
internal static class QueryComparison
{
    private const int Documents = 10_000;
    private const int QuickDocuments = 300;
    private const string Peer = "groq-js";
    private const string Kept = "EventStore.Groq";
    private const string Bytes = "EventStore.Groq, bytes";

    public static Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        var options = session.Options;
        var corpus = new QueryCorpus(options.Quick ? QuickDocuments : Documents);
        var file = Path.Combine(session.Folder, "documents.ndjson");
        File.WriteAllLines(file, corpus.Documents.Select(document => Encoding.UTF8.GetString(document)));
        using var peer = GroqPeer.TryStart(options.Root, file, TypicalQueries.Parameters);
        var duration = TimeSpan.FromMilliseconds(options.Quick ? 1 : 150);
        var kept = new GroqMemoryDataset(corpus.Documents.Select(document => new GroqDocument(document)));
        Func<string, double>[] sides =
        [
            query => Measure(query, () => Fresh(corpus), duration),
            query => Measure(query, () => kept, duration),
        ];

        var comparisons = new List<Comparison>();
        foreach (var query in TypicalQueries.All)
        {
            Check(query, kept, peer, duration);
            var rounds = Enumerable.Range(0, 4).Select(_ => new List<double>()).ToArray();
            for (var round = 0; round < options.Runs; round++)
            {
                rounds[0].Add(sides[0](query));
                rounds[1].Add(sides[1](query));
                if (peer is not null)
                {
                    rounds[2].Add(peer.Run(query, duration).Nanoseconds);
                    rounds[3].Add(rounds[2][^1] + peer.ReadDocuments());
                }
            }

            // A bar would end the cell of the table.
            var name = $"`{query.Replace("|", "\\|", StringComparison.Ordinal)}`";
            comparisons.Add(new(
                name, Unit.Nanoseconds, new Side(Kept, rounds[1]), new Side(Peer, rounds[2]), null));
            comparisons.Add(new(
                name + ", from bytes",
                Unit.Nanoseconds,
                new Side(Bytes, rounds[0]),
                new Side(Peer + " and JSON.parse", rounds[3]),
                null));
        }

        var means = new[]
        {
            Mean("geometric mean of the 20", comparisons, Kept, Peer),
            Mean("geometric mean of the 20, from bytes", comparisons, Bytes, Peer + " and JSON.parse"),
            Mean("geometric mean of the 20, from bytes", comparisons, Bytes, Peer),
        };
        comparisons.InsertRange(0, means);
        return Task.FromResult(ComparisonTable.Describe(Explain(corpus), comparisons));
    }

    private static string Explain(QueryCorpus corpus) =>
        $"{corpus.Documents.Count} generated documents (articles, people, products), mean "
        + Figure.Bytes(corpus.MeanBytes) + ". "
        + "From the text of the query to the text of the result. Both keep their documents between queries, groq-js "
        + "as objects, ours as bytes and where in them attributes were found. From bytes: ours on documents that no "
        + "query has looked at before, groq-js on documents that it parses first. Results are compared before "
        + "anything is timed. The means are of the medians.";

    /// <summary>Of the sides of those names; goals are set where both sides do the same work.</summary>
    private static Comparison Mean(string what, List<Comparison> all, string ours, string theirs) => new(
        what,
        Unit.Nanoseconds,
        MeanOf(ours, all.Select(each => each.Ours).Where(side => side.Name == ours)),
        MeanOf(theirs, all.Select(each => each.Peer!).Where(side => side.Name == theirs)),
        ours == Bytes && theirs == Peer ? null : Goal.FasterBy(10));

    private static Side MeanOf(string name, IEnumerable<Side> sides)
    {
        var all = sides.ToList();
        return new(name, all.Exists(side => side.IsAbsent) ? [] : [GeometricMean(all.Select(side => side.Median))]);
    }

    private static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));

    private static GroqMemoryDataset Fresh(QueryCorpus corpus) =>
        new(corpus.Documents.Select(document => new GroqDocument(document)));

    private static double Measure(string query, Func<GroqMemoryDataset> open, TimeSpan duration)
    {
        var times = 0;
        var took = 0.0;
        do
        {
            var dataset = open();
            var start = Stopwatch.GetTimestamp();
            Run(query, dataset);
            took += Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            times++;
        }
        while (took < duration.TotalNanoseconds);
        return took / times;
    }

    private static ArrayBufferWriter<byte> Run(string query, GroqMemoryDataset dataset)
    {
        var parameters = JsonNode.Parse(TypicalQueries.Parameters)!.AsObject().ToDictionary(
            parameter => parameter.Key,
            parameter => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(parameter.Value!.ToJsonString()));
        var output = new ArrayBufferWriter<byte>();
        GroqQuery.Parse(query, parameters).Evaluate(new GroqContext { Dataset = dataset }, output);
        return output;
    }

    /// <summary>The results are the same, and both sides have compiled what is hot.</summary>
    private static void Check(string query, GroqMemoryDataset dataset, GroqPeer? peer, TimeSpan duration)
    {
        var ours = JsonNode.Parse(Run(query, dataset).WrittenSpan);
        Measure(query, () => dataset, duration);
        if (peer is not null && !JsonNode.DeepEquals(ours, peer.Run(query, duration).Result))
        {
            throw new InvalidOperationException($"groq-js gives something else for {query}");
        }
    }
}
