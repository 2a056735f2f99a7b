using System.Text.Json.Nodes;
using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Rounds;
using Npgsql;

namespace EventStore.Benchmarks.Queries;

/// <summary>Queries over HTTP on a million documents against hand-written SQL on the same ones.</summary>
internal static class MillionComparison
{
    private const int Documents = 1_000_000;
    private const int QuickDocuments = 3_000;
    private const int Seed = 6;
    private const double MostTimesPeer = 3;

    private const string SelectIndex = """
        select coalesce((select sequence from eventstore.attribute_state), 0) as indexed,
            (select sequence from eventstore.dataset_head where dataset = (
                select number from eventstore.dataset where name = 'history')) as head,
            (select count(*) from eventstore.attribute_path where built_up_to is not null) as unfinished,
            (select count(*) from eventstore.attribute_path) as paths,
            pg_total_relation_size('eventstore.attribute_entry') as bytes
        """;

    public static async Task<BenchmarkResult> RunAsync(BenchmarkSession session)
    {
        var options = session.Options;
        var documents = new MillionDocuments(options.Quick ? QuickDocuments : Documents);
        var file = Path.Combine(session.Folder, "million.ndjson");
        documents.WriteHistory(file);
        await using var server = await ServerUnderTest.StartAsync();
        Console.WriteLine("importing ...");
        var import = await server.ImportAsync(file);
        File.Delete(file);
        Console.WriteLine("building the table ...");
        await using var peer = await PlainTablePeer.CreateAsync(server.ConnectionString, documents.Read());
        Console.WriteLine("indexing ...");
        await RequireIndexAsync(server, paths: 4);
        foreach (var query in (string[])[Latest("kind0"), BySlug("x")])
        {
            await server.Requests.GetAsync(query);
        }

        var bytes = await RequireIndexAsync(server, paths: 6);
        await VacuumAsync(server);

        var random = new Random(Seed);
        var chosen = Enumerable.Range(0, options.RequestsPerRound).Select(_ => random.Next(documents.Count)).ToArray();
        var slugs = ReadSlugs(documents, chosen);
        await using var empty = await EmptyKestrelPeer.StartAsync();
        using var emptyRequests = new HttpRequests(empty.Address, null);
        using var application = await PlainApplicationPeer.StartAsync(server.ConnectionString);
        Func<Task<double>>[] sides =
        [
            () => MedianAsync(chosen, number => AskAsync(server, ById(MillionDocuments.Id(number)))),
            () => MedianAsync(chosen, number => peer.ByIdAsync(MillionDocuments.Id(number))),
            () => MedianAsync(chosen, number => AskAsync(server, Latest(MillionDocuments.Type(number)))),
            () => MedianAsync(chosen, number => peer.LatestAsync(MillionDocuments.Type(number))),
            () => MedianAsync(chosen, number => AskAsync(server, BySlug(slugs[number]))),
            () => MedianAsync(chosen, number => peer.BySlugAsync(slugs[number])),
            () => MedianAsync(chosen, async _ => (await emptyRequests.GetAsync("/")).Nanoseconds),
            () => MedianAsync(chosen, number => application.ByIdAsync(MillionDocuments.Id(number))),
            () => MedianAsync(chosen, number => application.LatestAsync(MillionDocuments.Type(number))),
            () => MedianAsync(chosen, number => application.BySlugAsync(slugs[number])),
        ];
        foreach (var side in sides)
        {
            await side();
        }

        var times = await Turns.TakeAsync(options.Runs, sides);
        var size = documents.Count;
        return ComparisonTable.Describe(
            "One request after the other over one open connection. Ours: `GET /data/query` with the query's text, to a "
            + "server process with its private PostgreSQL; the whole way over HTTP and back. The peers are in the same "
            + "PostgreSQL: a table `documents (id, type, content jsonb)` with indexes on `(type, content->>'date')` "
            + "and on `content->'slug'->>'current'`, and prepared statements written by hand. The goal is held against "
            + "what takes the same way: a Kestrel application in a process of its own with an endpoint for each "
            + "statement, which sends what it finds. Beside it the statement alone, through Npgsql on an open "
            + "connection in the process of the benchmark, and that with an empty GET added: less than any application "
            + "takes on two cores, as in either of the two only two processes take turns. "
            + $"{size:N0} documents in ten types; {options.RequestsPerRound} requests of each kind a round, after one "
            + "to warm up. Rows without a goal say what the data took.",
            [
                .. Compare("`*[_id == $id][0]`", times[0], times[7], times[1], times[6]),
                .. Compare("`*[_type == $type] \\| order(date desc)[0..20]`", times[2], times[8], times[3], times[6]),
                .. Compare("`*[slug.current == $slug][0]`", times[4], times[9], times[5], times[6]),
                new("import", Unit.Nanoseconds, new("eventstore import", [import]), null, null),
                new(
                    "attribute index, bytes a document (4 built-in paths, 2 asked for)",
                    Unit.Bytes, new("index", [bytes / size]), null, null),
                new(
                    "the table with its indexes, bytes a document",
                    Unit.Bytes, new("table", [await peer.SizeInBytesAsync() / size]), null, null),
            ]);
    }

    private static Comparison[] Compare(
        string what, double[] ours, double[] application, double[] sql, double[] empty) =>
    [
        new(
            what,
            Unit.Nanoseconds,
            new("query over HTTP", ours),
            new("prepared SQL behind Kestrel", application),
            Goal.AtMost(MostTimesPeer)),
        new(
            what,
            Unit.Nanoseconds,
            new("query over HTTP", ours),
            new("prepared SQL + empty GET", [.. sql.Zip(empty, (select, get) => select + get)]),
            null),
        new(what, Unit.Nanoseconds, new("query over HTTP", ours), new("prepared SQL alone", sql), null),
    ];

    private static string ById(string id) => Query("*[_id == $id][0]", "id", id);

    private static string Latest(string type) => Query("*[_type == $type] | order(date desc)[0..20]", "type", type);

    private static string BySlug(string slug) => Query("*[slug.current == $slug][0]", "slug", slug);

    private static string Query(string query, string parameter, string value) =>
        $"{ServerUnderTest.Path("query")}?perspective=raw&query={Uri.EscapeDataString(query)}"
        + $"&%24{parameter}=%22{Uri.EscapeDataString(value)}%22";

    private static async Task<double> AskAsync(ServerUnderTest server, string path) =>
        (await server.Requests.GetAsync(path)).Nanoseconds;

    private static async Task<double> MedianAsync(int[] numbers, Func<int, Task<double>> request)
    {
        var times = new double[numbers.Length];
        for (var index = 0; index < numbers.Length; index++)
        {
            times[index] = await request(numbers[index]);
        }

        return Figure.Median(times);
    }

    private static Dictionary<int, string> ReadSlugs(MillionDocuments documents, int[] numbers)
    {
        var wanted = numbers.ToHashSet();
        return documents.Read().Select((document, number) => (document.Json, number))
            .Where(document => wanted.Contains(document.number))
            .ToDictionary(
                document => document.number,
                document => (string)JsonNode.Parse(document.Json)!["slug"]!["current"]!);
    }

    /// <summary>Waits until the index is whole.</summary>
    /// <returns>Its size in bytes.</returns>
    private static async Task<double> RequireIndexAsync(ServerUnderTest server, long paths)
    {
        await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString);
        while (true)
        {
            await using (var command = dataSource.CreateCommand(SelectIndex))
            await using (var reader = await command.ExecuteReaderAsync())
            {
                await reader.ReadAsync();
                if (reader.GetInt64(0) == reader.GetInt64(1) && reader.GetInt64(2) == 0 && reader.GetInt64(3) >= paths)
                {
                    return reader.GetInt64(4);
                }
            }

            if (!server.IsRunning)
            {
                throw new InvalidOperationException(server.Output);
            }

            await Task.Delay(200);
        }
    }

    private static async Task VacuumAsync(ServerUnderTest server)
    {
        await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = dataSource.CreateCommand("vacuum (analyze)");
        await command.ExecuteNonQueryAsync();
    }
}
