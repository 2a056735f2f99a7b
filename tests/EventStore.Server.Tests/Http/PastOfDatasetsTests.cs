using System.Net;
using System.Text;
using System.Text.Json;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Checkpoints;
using EventStore.Log.Projections;
using EventStore.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Tests.Http;

/// <summary>Exports of the past, replay and rebuild over HTTP.</summary>
[Collection(HttpCollection.Name)]
public sealed class PastOfDatasetsTests(TestServer server)
{
    private static readonly CheckpointPolicy Tiny = new() { MinimumBytes = 1, PatchBytes = 1, Share = 0.1, ChunkBytes = 300_000 };

    private readonly Api _api = new(server);

    [Fact]
    public async Task Pages_of_an_export_are_the_same_bytes_while_checkpoints_come_and_go()
    {
        var name = await _api.CreateDatasetAsync();
        var large = new string('x', 150_000);
        for (var number = 0; number < 150; number++)
        {
            var id = number % 100;
            (await _api.MutateAsync(
                name, $$$"""{"createOrReplace":{"_id":"doc-{{{id:d3}}}","_type":"t{{{id % 2}}}","n":{{{number}}},"text":"{{{large}}}"}}"""))
                .Status.ShouldBe(HttpStatusCode.OK);
        }

        var (head, whole) = await ExportAsync(name, "");
        var dataset = (await server.Host.Services.GetRequiredService<DatasetCatalog>().FindAsync(TestServer.ProjectId, name, default))!;
        var builder = new CheckpointBuilder(server.Host.Services.GetRequiredService<Npgsql.NpgsqlDataSource>(), Tiny);
        (await builder.BuildAsync(dataset, default))!.Value.ShouldBeGreaterThan(3);
        foreach (var query in (string[])["", "types=t1"])
        {
            var expected = (await ExportAsync(name, query)).Text;
            expected.Length.ShouldBe(query.Length == 0 ? whole.Length : whole.Length / 2, 2_000);
            var text = new StringBuilder();
            var cursor = "";
            for (var page = 0; ; page++)
            {
                await (page % 2 == 0 ? DropAsync(dataset) : builder.BuildAsync(dataset, default));
                var lines = (await ExportAsync(name, $"{query}&nextCursor={cursor}")).Text;
                var end = lines.LastIndexOf("{\"nextCursor\":", StringComparison.Ordinal);
                text.Append(end < 0 ? lines : lines[..end]);
                if (end < 0)
                {
                    page.ShouldBeGreaterThan(0);
                    break;
                }

                cursor = JsonDocument.Parse(lines[end..]).RootElement.GetProperty("nextCursor").GetString()!;
            }

            (text.ToString() == expected).ShouldBeTrue();
        }

        head.ShouldBe("150");
    }

    [Fact]
    public async Task A_replay_sums_up_what_an_export_shows()
    {
        var name = await _api.CreateDatasetAsync();
        for (var number = 0; number < 30; number++)
        {
            await _api.MutateAsync(name, $$$"""{"createOrReplace":{"_id":"doc-{{{number % 7}}}","_type":"t","n":{{{number}}}}}""");
        }

        await _api.MutateAsync(name, """{"delete":{"id":"doc-3"}}""");
        foreach (var query in (string[])["", "?verify=true", "?from=sequence:9&to=sequence:31", "?from=31"])
        {
            var replayed = (await LastLineAsync($"/v1/data/replay/{name}{query}")).GetProperty("replayed");
            replayed.GetProperty("sequence").GetInt64().ShouldBe(31);
            replayed.GetProperty("documents").GetInt64().ShouldBe(6);
            replayed.GetProperty("bytes").GetInt64().ShouldBe((await ExportAsync(name, "")).Text.Length);
        }

        (await _api.PostAsync($"/v1/data/replay/{name}?from=9&to=8", "")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _api.PostAsync($"/v1/data/replay/{name}?to=99", "")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _api.AnonymousAsync($"/v1/data/rebuild/{name}", "")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        var rebuilt = (await LastLineAsync($"/v1/data/rebuild/{name}")).GetProperty("rebuilt");
        rebuilt.GetProperty("documents").GetInt64().ShouldBe(7);
        rebuilt.GetProperty("changedHeads").GetInt64().ShouldBe(0);
    }

    private async Task<(string Sequence, string Text)> ExportAsync(string name, string query)
    {
        using var response = await server.Client.GetAsync($"/v1/data/export/{name}?{query.TrimStart('&')}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (response.Headers.GetValues("X-EventStore-Sequence").Single(), await response.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> LastLineAsync(string path)
    {
        using var response = await server.Client.PostAsync(path, null);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return JsonDocument.Parse(lines[^1]).RootElement;
    }

    private async Task DropAsync(Dataset dataset)
    {
        await using var drop = server.Host.Services.GetRequiredService<Npgsql.NpgsqlDataSource>()
            .CreateCommand("delete from eventstore.checkpoint where dataset = $1");
        drop.Parameters.Add(new() { Value = dataset.Number });
        await drop.ExecuteNonQueryAsync();
    }
}
