using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using EventStore.Server.Tests.Copies;
using EventStore.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Crashes;

/// <summary>
/// The server is killed while it makes what readers can do without: nobody notices, and the next start completes it.
/// </summary>
public sealed class KilledBackgroundTests(ITestOutputHelper output)
{
    private const int Kills = 3;
    private const int Documents = 6_000;

    private const string SelectUnfinished = """
        select count(*) from eventstore.checkpoint join eventstore.checkpoint_chunk on checkpoint = number
        where not complete and dataset = (select number from eventstore.dataset where name = $1)
        """;

    private const string SelectComplete = """
        select count(*) from eventstore.checkpoint
        where complete and dataset = (select number from eventstore.dataset where name = $1)
        """;

    /// <summary>Chunks with the database transactions that wrote them.</summary>
    private const string SelectChunks = """
        select coalesce(string_agg(last_id || ' ' || chunk.xmin::text, ',' order by last_id), '')
        from eventstore.checkpoint join eventstore.checkpoint_chunk chunk on checkpoint = number
        where dataset = (select number from eventstore.dataset where name = $1)
        """;

    private const string SelectUnsettled = """
        select count(*) from eventstore.head
        where unsettled and dataset = (select number from eventstore.dataset where name = $1)
        """;

    [Fact]
    public async Task A_checkpoint_whose_building_is_killed_is_gone_on_with_and_reads_stay_right()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        var calls = new CopyCalls(server.Client);
        for (var kill = 0; kill < Kills; kill++)
        {
            // One transaction with all documents: one checkpoint of many chunks.
            var dataset = $"built-{kill}";
            var expected = await ImportAsync(server, dataset);
            await WaitAsync(server, SelectUnfinished, dataset, chunks => chunks > kill * 3);
            await server.KillAsync();
            (await AskAsync<long>(server, SelectComplete, dataset)).ShouldBe(0, "the checkpoint was complete before the kill");
            var written = await AskAsync<string>(server, SelectChunks, dataset);
            output.WriteLine($"killed behind {written.Split(',').Length} chunks");

            await server.StartAsync();
            (await ReadAsync(calls, dataset)).ShouldBe(expected);
            await WaitAsync(server, SelectComplete, dataset, checkpoints => checkpoints == 1);
            (await ReadAsync(calls, dataset)).ShouldBe(expected);
            (await AskAsync<string>(server, SelectChunks, dataset)).ShouldStartWith(written + ",");
            await calls.VerifyAsync(dataset);
        }
    }

    [Fact]
    public async Task Heads_that_a_killed_import_has_left_are_settled_by_the_next_start()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        var calls = new CopyCalls(server.Client);
        for (var kill = 0; kill < Kills; kill++)
        {
            var dataset = $"settled-{kill}";
            await CreateAsync(server, dataset);
            var import = Task.Run(() => server.Client.PostAsync($"/v1/data/import/{dataset}", new StringContent(Revisions())));
            var least = 100 + (500 * kill);
            await WaitAsync(server, SelectUnsettled, dataset, heads => heads > least);
            await server.KillAsync();
            await Should.ThrowAsync<Exception>(async () =>
            {
                using var answer = await import;
                (await answer.Content.ReadAsStringAsync()).ShouldNotContain("\"imported\"");
                throw new HttpRequestException("An answer without its end");
            });
            var left = await AskAsync<long>(server, SelectUnsettled, dataset);
            left.ShouldBeGreaterThan(0);

            await server.StartAsync();
            var unsettled = await calls.ExportAsync(dataset);
            await WaitAsync(server, SelectUnsettled, dataset, heads => heads == 0);
            (await calls.ExportAsync(dataset)).ShouldBe(unsettled);
            output.WriteLine($"{left} heads settled");
            await calls.VerifyAsync(dataset);
        }
    }

    private static async Task CreateAsync(ServerProcess server, string dataset) =>
        (await server.Client.PutAsJsonAsync($"/v1/datasets/{dataset}", new { aclMode = "private" })).EnsureSuccessStatusCode();

    /// <summary>The states of the dataset, read without a checkpoint.</summary>
    private static async Task<string> ImportAsync(ServerProcess server, string dataset)
    {
        await CreateAsync(server, dataset);
        using (var answer = await server.Client.PostAsync($"/v1/data/import/{dataset}", new StringContent(OneLarge())))
        {
            (await answer.Content.ReadAsStringAsync()).ShouldContain("\"imported\":3");
        }

        (await AskAsync<long>(server, SelectComplete, dataset)).ShouldBe(0);
        return await ReadAsync(new CopyCalls(server.Client), dataset);
    }

    private static async Task<string> ReadAsync(CopyCalls calls, string dataset)
    {
        var states = await Task.WhenAll(
            calls.ExportAsync(dataset),
            calls.ExportAsync(dataset, "?revision=all"),
            calls.ExportAsync(dataset, "?revision=less"));
        states[0].ShouldContain("\"_id\":\"added\"");
        states[1].Split('\n').Length.ShouldBe(Documents + 1);
        states[2].Split('\n').Length.ShouldBe(Documents);
        return string.Concat(states);
    }

    private static async Task WaitAsync(ServerProcess server, string sql, string dataset, Func<long, bool> isThere)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var connection = await ConnectAsync(server);
        while (!isThere(await AskAsync<long>(connection, sql, dataset)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), patience.Token);
        }
    }

    /// <summary>Asks past the server, whose PostgreSQL outlives it.</summary>
    private static async Task<T> AskAsync<T>(ServerProcess server, string sql, string dataset)
    {
        await using var connection = await ConnectAsync(server);
        return await AskAsync<T>(connection, sql, dataset);
    }

    private static async Task<T> AskAsync<T>(NpgsqlConnection connection, string sql, string dataset)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = dataset } } };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Not out of a pool: the next start of the server restarts its PostgreSQL.</summary>
    private static async Task<NpgsqlConnection> ConnectAsync(ServerProcess server)
    {
        var connection = new NpgsqlConnection($"{server.PostgresConnectionString};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static string OneLarge()
    {
        var random = new Random(5);
        var mutations = Enumerable.Range(0, Documents).Select(number =>
            $$$"""{"createOrReplace":{"_id":"d{{{number}}}","_type":"t","text":"{{{Convert.ToHexString(Bytes(random, 1_500))}}}"}}""");
        return $$$"""
            {"id":"all","timestamp":"2024-01-01T00:00:00Z","author":"a","mutations":[{{{string.Join(',', mutations)}}}]}
            {"id":"less","timestamp":"2024-01-01T00:00:01Z","author":"a","mutations":[{"delete":{"id":"d7"}}]}
            {"id":"more","timestamp":"2024-01-01T00:00:02Z","author":"a","mutations":[{"create":{"_id":"added","_type":"t"}}]}

            """;
    }

    private static string Revisions()
    {
        var random = new Random(6);
        var lines = new StringBuilder();
        for (var number = 0; number < 40_000; number++)
        {
            var (id, text) = (random.Next(4_000), Convert.ToHexString(Bytes(random, 100)));
            lines.Append(
                CultureInfo.InvariantCulture,
                $$$"""{"id":"t{{{number}}}","timestamp":"2024-01-01T00:00:00Z","author":"a","mutations":[{"createOrReplace":""");
            lines.Append(
                CultureInfo.InvariantCulture,
                $$$"""{"_id":"d{{{id}}}","_type":"t","n":{{{number}}},"text":"{{{text}}}"}}]}""");
            lines.Append('\n');
        }

        return lines.ToString();
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
