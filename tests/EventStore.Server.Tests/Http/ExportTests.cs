using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Http;

/// <summary>Exports of changes, of what is being written, packed, and to clients that do not read.</summary>
[Collection(HttpCollection.Name)]
public sealed class ExportTests(TestServer server, ITestOutputHelper output)
{
    private readonly Api _api = new(server);

    [Fact]
    public async Task Changes_since_a_revision_lead_from_its_export_to_the_later_one()
    {
        var random = NewRandom();
        var name = await _api.CreateDatasetAsync();
        var revisions = new List<string>();
        for (var transaction = 0; transaction < 60; transaction++)
        {
            var revision = $"r{transaction}";
            var mutations = string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomMutation(random)));
            var body = $$"""{"transactionId":"{{revision}}","mutations":[{{mutations}}]}""";
            (await _api.PostAsync($"/v1/data/mutate/{name}", body)).ShouldBe(HttpStatusCode.OK);
            revisions.Add(revision);
        }

        var deletions = 0;
        foreach (var types in new[] { "", "&types=t0", "&types=t1,t2" })
        {
            for (var round = 0; round < 25; round++)
            {
                var from = random.Next(revisions.Count);
                var to = random.Next(from, revisions.Count);
                var state = await StateAsync(name, $"revision={revisions[from]}{types}");
                var changes = await LinesAsync(name, $"revision={revisions[to]}&since={revisions[from]}{types}");
                foreach (var line in changes)
                {
                    var id = (string)JsonNode.Parse(line)!["_id"]!;
                    if (line == $$"""{"_deleted":true,"_id":"{{id}}"}""")
                    {
                        state.Remove(id).ShouldBeTrue("only what was there is deleted");
                        deletions++;
                    }
                    else
                    {
                        state.TryGetValue(id, out var before);
                        line.ShouldNotBe(before, "only what changed is sent");
                        state[id] = line;
                    }
                }

                changes.Select(line => (string)JsonNode.Parse(line)!["_id"]!)
                    .ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
                state.ShouldBe(await StateAsync(name, $"revision={revisions[to]}{types}"));
            }
        }

        deletions.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Changes_come_in_pages_too()
    {
        var name = await _api.CreateDatasetAsync();
        await WriteLargeAsync(name, 120, "a");
        await _api.PostAsync($"/v1/data/mutate/{name}", """{"transactionId":"base","mutations":[{"create":{"_id":"x","_type":"t"}}]}""");
        await WriteLargeAsync(name, 100, "b");
        var whole = await LinesAsync(name, "since=base");
        whole.Count.ShouldBe(100);
        var (lines, pages) = await PagesAsync(name, "&since=base", null);
        lines.ShouldBe(whole);
        pages.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Changes_need_a_base_that_is_known()
    {
        var name = await _api.CreateDatasetAsync();
        foreach (var revision in new[] { "one", "two" })
        {
            await _api.PostAsync($"/v1/data/mutate/{name}", $$$"""
                {"transactionId":"{{{revision}}}","mutations":[{"createOrReplace":{"_id":"a","_type":"t","n":"{{{revision}}}"}}]}
                """);
        }

        (await _api.GetAsync($"/v1/data/export/{name}?since=three")).ShouldBe(HttpStatusCode.NotFound).Text.ShouldContain("since");
        (await _api.GetAsync($"/v1/data/export/{name}?since=two&revision=one")).ShouldBe(HttpStatusCode.BadRequest)
            .Text.ShouldContain("since");
        (await _api.GetAsync($"/v1/data/export/{name}?since=a%20b")).ShouldBe(HttpStatusCode.BadRequest).Text.ShouldContain("since");
        (await _api.GetAsync($"/v1/data/export/{name}?since=two")).ShouldBe(HttpStatusCode.OK).Text.ShouldBeEmpty();
        (await LinesAsync(name, "since=one")).ShouldHaveSingleItem().ShouldContain("\"_rev\":\"two\"");

        // It tells what was deleted, which is more than what there is.
        await _api.SendAsync(HttpMethod.Patch, $"/v1/datasets/{name}", """{"aclMode":"public"}""");
        (await _api.AnonymousAsync($"/v1/data/export/{name}")).ShouldBe(HttpStatusCode.OK);
        (await _api.AnonymousAsync($"/v1/data/export/{name}?since=one")).Status
            .ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Exports_are_packed_for_whoever_asks(string encoding)
    {
        var name = await _api.CreateDatasetAsync();
        await WriteLargeAsync(name, 30, "a");
        var plain = (await _api.GetAsync($"/v1/data/export/{name}")).Text;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/data/export/{name}");
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        using var response = await server.Client.SendAsync(request);
        response.Content.Headers.ContentEncoding.ShouldBe([encoding]);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        response.Headers.Vary.ShouldContain("Accept-Encoding");
        await using var packed = await response.Content.ReadAsStreamAsync();
        await using Stream unpacked = encoding == "br"
            ? new BrotliStream(packed, CompressionMode.Decompress)
            : new GZipStream(packed, CompressionMode.Decompress);
        (await new StreamReader(unpacked).ReadToEndAsync()).ShouldBe(plain);
    }

    [Fact]
    public async Task One_state_is_exported_again_and_again_while_it_is_being_changed()
    {
        var random = NewRandom();
        var name = await _api.CreateDatasetAsync();
        await WriteLargeAsync(name, 250, "a");
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 8).Select(writer => WriteUntilAsync(name, writer, stop.Token)).ToArray();
        try
        {
            for (var round = 0; round < 3; round++)
            {
                using var response = await server.Client.GetAsync($"/v1/data/export/{name}");
                var whole = await response.Content.ReadAsStringAsync();
                var sequence = response.Headers.GetValues("X-EventStore-Sequence").Single();
                var revision = await RevisionAtAsync(name, sequence);
                (await _api.GetAsync($"/v1/data/export/{name}?revision={revision}")).Text.ShouldBe(whole);
                var (lines, pages) = await PagesAsync(name, $"&revision={revision}", random);
                lines.ShouldBe([.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
                pages.ShouldBeGreaterThan(1);
            }
        }
        finally
        {
            await stop.CancelAsync();
            (await Task.WhenAll(writers)).ShouldAllBe(written => written > 0);
        }
    }

    [Fact]
    public async Task Twenty_clients_that_do_not_read_hold_no_connection_to_the_database()
    {
        var name = await _api.CreateDatasetAsync();
        await WriteLargeAsync(name, 250, "a");
        var whole = (await _api.GetAsync($"/v1/data/export/{name}")).Text;
        var clients = new List<TcpClient>();
        try
        {
            for (var index = 0; index < 20; index++)
            {
                var client = new TcpClient { ReceiveBufferSize = 8192 };
                clients.Add(client);
                await client.ConnectAsync(server.Host.Address.Host, server.Host.Address.Port);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"GET /v1/data/export/{name} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.Host.RootToken.Text}\r\n\r\n"));
                (await client.GetStream().ReadAsync(new byte[1000])).ShouldBeGreaterThan(0);
            }

            // Each has 25 MB to send and nobody to send it to. What is read ahead comes to its end first.
            var busy = long.MaxValue;
            for (var round = 0; round < 100 && busy > 0; round++)
            {
                await Task.Delay(50);
                busy = await CountBusyConnectionsAsync();
            }

            busy.ShouldBe(0);
            var exports = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _api.GetAsync($"/v1/data/export/{name}")));
            exports.ShouldAllBe(export => export.Text == whole);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private Random NewRandom()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        return new(seed);
    }

    private static string RandomMutation(Random random)
    {
        var id = (random.Next(4) == 0 ? "drafts." : "") + $"d{random.Next(12)}";
        return random.Next(4) == 0
            ? $$$"""{"delete":{"id":"{{{id}}}"}}"""
            : $$$"""{"createOrReplace":{"_id":"{{{id}}}","_type":"t{{{random.Next(3)}}}","n":{{{random.Next(3)}}}}}""";
    }

    private async Task WriteLargeAsync(string name, int count, string mark)
    {
        for (var from = 0; from < count; from += 10)
        {
            var mutations = Enumerable.Range(from, Math.Min(10, count - from)).Select(number =>
                $$$"""{"createOrReplace":{"_id":"doc-{{{number:d3}}}","_type":"t","text":"{{{mark}}}{{{new string('x', 100_000)}}}"}}""");
            (await _api.MutateAsync(name, string.Join(',', mutations))).ShouldBe(HttpStatusCode.OK);
        }
    }

    private async Task<int> WriteUntilAsync(string name, int writer, CancellationToken stop)
    {
        var written = 0;
        while (!stop.IsCancellationRequested || written == 0)
        {
            var number = ((written * 8) + writer) % 250;
            (await _api.MutateAsync(name, $$$"""{"patch":{"id":"doc-{{{number:d3}}}","set":{"n":"{{{writer}}}-{{{written}}}"} } }"""))
                .ShouldBe(HttpStatusCode.OK);
            written++;
        }

        return written;
    }

    private async Task<string> RevisionAtAsync(string name, string sequence)
    {
        await using var command = Database().CreateCommand("""
            select transaction.id from eventstore.transaction join eventstore.dataset on dataset.number = transaction.dataset
            where dataset.name = $1 and sequence = $2
            """);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = long.Parse(sequence, System.Globalization.CultureInfo.InvariantCulture) });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<long> CountBusyConnectionsAsync()
    {
        await using var command = Database().CreateCommand("""
            select count(*) from pg_stat_activity
            where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()
            """);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private NpgsqlDataSource Database() =>
        (NpgsqlDataSource)server.Host.Services.GetService(typeof(NpgsqlDataSource))!;

    private async Task<List<string>> LinesAsync(string name, string query) =>
        [.. (await _api.GetAsync($"/v1/data/export/{name}?{query}")).ShouldBe(HttpStatusCode.OK)
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task<SortedDictionary<string, string>> StateAsync(string name, string query) => new(
        (await LinesAsync(name, query)).ToDictionary(line => (string)JsonNode.Parse(line)!["_id"]!), StringComparer.Ordinal);

    /// <summary>An export in cursor mode. With a random, answers break off and pages are asked for again.</summary>
    private async Task<(List<string> Lines, int Pages)> PagesAsync(string name, string query, Random? random)
    {
        var lines = new List<string>();
        var cursor = "";
        for (var pages = 1; ; pages++)
        {
            var path = $"/v1/data/export/{name}?nextCursor={cursor}{query}";
            if (random is not null)
            {
                using var broken = await server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
                await using var stream = await broken.Content.ReadAsStreamAsync();
                await stream.ReadAtLeastAsync(new byte[random.Next(1, 5_000_000)], 1);
            }

            var page = (await _api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var last = JsonDocument.Parse(page[^1]).RootElement;
            if (!last.TryGetProperty("nextCursor", out var next))
            {
                lines.AddRange(page);
                return (lines, pages);
            }

            lines.AddRange(page[..^1]);
            cursor = next.GetString()!;
            query = "";
        }
    }
}
