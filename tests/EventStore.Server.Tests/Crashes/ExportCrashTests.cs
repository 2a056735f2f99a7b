using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Log.Postgres;
using EventStore.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Crashes;

/// <summary>
/// Exports whose server is killed at any moment. The short form kills four times each, <c>EVENTSTORE_TEST_LONG=1</c>
/// thirty times, which takes minutes.
/// </summary>
public sealed class ExportCrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Writers = 8;
    private const int Documents = 6_000;
    private const string Dataset = "exported";

    private static readonly int Kills = LongFactAttribute.IsEnabled ? 30 : 4;

    private string _connectionString = "";
    private string _blobs = "";
    private ServerProcess? _victim;
    private ServerProcess? _other;

    private ServerProcess Victim => _victim!;

    public async Task InitializeAsync()
    {
        _connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        _blobs = Directory.CreateTempSubdirectory("eventstore-blobs-").FullName;
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__EventStore"] = _connectionString,
            ["EVENTSTORE_TOKEN_PEPPER"] = "one-pepper-for-both-servers-of-this-test",
            ["EVENTSTORE_BLOBS"] = _blobs,
        };
        (_victim, _other) = (new(environment), new(environment));
        await Task.WhenAll(_victim.StartAsync(), _other.StartAsync());
        (await _other.Client.PutAsJsonAsync($"/v1/datasets/{Dataset}", new { aclMode = "private" })).EnsureSuccessStatusCode();
        for (var first = 0; first < Documents; first += 250)
        {
            await MutateAsync(Enumerable.Range(first, 250).Select(number => Write(number, 0)));
        }
    }

    public async Task DisposeAsync()
    {
        await _victim!.DisposeAsync();
        await _other!.DisposeAsync();
        Directory.Delete(_blobs, recursive: true);
    }

    [Fact]
    public async Task A_cursor_export_that_is_killed_and_resumed_gives_what_it_would_have_given()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        var random = new Random(seed);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(writer => WriteAsync(writer, seed + writer, stop.Token)).ToList();

        // An export has few pages: there are as many exports, each of a later state, as it takes to kill often.
        var kills = 0;
        for (var export = 1; kills < Kills; export++)
        {
            var (text, cursor, sequence, pages) = (new StringBuilder(), "", 0L, 0);
            while (cursor is not null)
            {
                // Some pages are asked of the other server, and any may be asked again after its server has died.
                var server = random.Next(3) == 0 ? _other! : Victim;
                var killer = server == Victim && (kills < Kills) ? KillSoonAsync(random.Next(0, 60)) : null;
                var page = await TryReadPageAsync(server, cursor);
                if (killer is not null)
                {
                    await killer;
                    await Victim.StartAsync();
                    kills++;
                }

                if (page is not null)
                {
                    (var lines, cursor, sequence) = page.Value;
                    text.Append(lines);
                    pages++;
                }
            }

            output.WriteLine($"export {export}: {pages} pages, {kills} kills so far, sequence {sequence}");
            pages.ShouldBeGreaterThan(1);
            text.ToString().ShouldBe(await ReadAsOfAsync(sequence));
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task An_export_by_a_job_whose_server_is_killed_is_made_once_and_whole()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        var random = new Random(seed);
        var expected = await ExportAsync(Victim, "");
        var files = new HashSet<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var begun = JsonNode.Parse(await (await Victim.Client.PostAsync(
                $"/v1/collections/{Dataset}/export",
                new StringContent("""{"format":"json","async":true}"""))).Content.ReadAsStringAsync())!;
            await KillSoonAsync(random.Next(0, 400));
            var path = new Uri((string)begun["result_url"]!).AbsolutePath;
            if (kill % 2 == 0)
            {
                await Victim.StartAsync();
            }

            JsonNode answer;
            while ((answer = (await _other!.Client.GetFromJsonAsync<JsonNode>(path))!)["download_url"] is null)
            {
                await Task.Delay(50);
            }

            var link = new Uri((string)answer["download_url"]!).AbsolutePath;
            (await _other.Client.GetStringAsync(link)).ShouldBe(expected);
            files.Add((string)begun["job_id"]!);
            if (!Victim.IsRunning)
            {
                await Victim.StartAsync();
            }
        }

        // What was being written at a kill is swept at a start.
        await Victim.KillAsync();
        await Victim.StartAsync();
        var stored = Directory.GetFiles(_blobs, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith('.') && file.Contains("exports", StringComparison.Ordinal)).ToList();
        stored.Count.ShouldBe(files.Count, string.Join('\n', stored));
        stored.ShouldAllBe(file => files.Any(file.Contains) && File.ReadAllText(file) == expected);
    }

    private static string Write(int number, int round)
    {
        var text = new string((char)('a' + (number % 26)), 4000);
        return $$$"""{"createOrReplace":{"_id":"d{{{number:d5}}}","_type":"t","round":{{{round}}},"text":"{{{text}}}"}}""";
    }

    private async Task MutateAsync(IEnumerable<string> mutations)
    {
        var body = $"{{\"mutations\":[{string.Join(',', mutations)}]}}";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _other!.Client.PostAsync($"/v1/data/mutate/{Dataset}?returnIds=false", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Changes, deletes and makes documents all over the dataset until it is told to stop.</summary>
    private async Task WriteAsync(int writer, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        for (var round = 1; !stop.IsCancellationRequested; round++)
        {
            var number = random.Next(Documents * 2);
            await MutateAsync([random.Next(4) == 0
                ? $$$"""{"delete":{"id":"d{{{number:d5}}}"}}"""
                : Write(number, (round * Writers) + writer)]);
        }
    }

    private async Task KillSoonAsync(int milliseconds)
    {
        await Task.Delay(milliseconds);
        await Victim.KillAsync();
    }

    /// <summary>A page, the cursor behind it and its sequence; null when it broke off.</summary>
    private static async Task<(string Lines, string? Cursor, long Sequence)?> TryReadPageAsync(ServerProcess server, string cursor)
    {
        try
        {
            using var answer = await server.Client.GetAsync($"/v1/data/export/{Dataset}?nextCursor={cursor}");
            var text = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
            var sequence = long.Parse(answer.Headers.GetValues("X-EventStore-Sequence").Single(), CultureInfo.InvariantCulture);
            var last = text.TrimEnd('\n').LastIndexOf('\n') + 1;
            return text[last..].StartsWith("{\"nextCursor\"", StringComparison.Ordinal)
                ? (text[..last], (string)JsonNode.Parse(text[last..])!["nextCursor"]!, sequence)
                : (text, null, sequence);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<string> ExportAsync(ServerProcess server, string query) =>
        await server.Client.GetStringAsync($"/v1/data/export/{Dataset}{query}");

    /// <summary>What the log says, without a server.</summary>
    private async Task<string> ReadAsOfAsync(long sequence)
    {
        await using var dataSource = NpgsqlDataSource.Create(_connectionString);
        var catalog = new DatasetCatalog(dataSource, TimeProvider.System);
        var end = (await catalog.ListEndsAsync(default)).Single(end => end.Name == Dataset);
        var dataset = await catalog.FindAsync(end.ProjectId, end.Name, default);
        var text = new StringBuilder();
        await foreach (var batch in new DatasetReader(dataSource).ReadAsync(dataset!, sequence, null, default))
        {
            text.Append(Encoding.UTF8.GetString(batch.Text.Span));
        }

        return text.ToString();
    }
}
