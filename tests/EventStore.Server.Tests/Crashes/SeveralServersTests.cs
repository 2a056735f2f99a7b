using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EventStore.Testing;

namespace EventStore.Server.Tests.Crashes;

/// <summary>Server processes that share one database share its datasets, their order and their guarantees.</summary>
public sealed class SeveralServersTests(ServersOnOneDatabase servers) : IClassFixture<ServersOnOneDatabase>
{
    private const int WritersEach = 4;
    private const int Edits = 20;

    /// <summary>Servers remember datasets; none may answer from what another has deleted.</summary>
    [Fact]
    public async Task A_dataset_that_another_server_deleted_is_gone_at_once_and_may_come_back_as_another()
    {
        string[] reads =
        [
            "/v1/data/doc/shared/counter",
            "/v1/data/doc/shared/counter?includeAllVersions=true",
            "/v1/data/history/shared/documents/counter?time=2099-01-01T00:00:00Z",
            "/v1/data/history/shared/documents/counter?lastRevision=true",
            "/v1/data/history/shared/transactions/counter?excludeContent=true",
            "/v1/data/history/shared/transactions?toTime=2000-01-01T00:00:00Z&excludeContent=true",
        ];
        var (one, other) = (servers.First, servers.Second);
        for (var life = 0; life < 3; life++)
        {
            (await one.Client.PutAsJsonAsync("/v1/datasets/shared", new { aclMode = "private" }))
                .EnsureSuccessStatusCode();
            await MutateAsync(life == 1 ? one : other, new { create = new { _id = "counter", _type = "counter", life } });
            foreach (var path in reads)
            {
                var answer = await other.Client.GetStringAsync(path);
                answer.Contains(path.Contains("documents/") || path.Contains("/doc/") ? $"\"life\":{life}" : "\"id\"")
                    .ShouldBe(!path.Contains("toTime"), path);
            }

            (await one.Client.DeleteAsync("/v1/datasets/shared")).EnsureSuccessStatusCode();
            foreach (var path in reads)
            {
                (await other.Client.GetAsync(path)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound, path);
            }

            using var written = await other.Client.PostAsJsonAsync(
                "/v1/data/mutate/shared", new { mutations = new[] { new { delete = new { id = "counter" } } } });
            written.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Writers_on_several_servers_make_one_log_and_read_what_the_others_wrote()
    {
        ServerProcess[] all = [servers.First, servers.Second];
        (await servers.CreateDatasetAsync("shared")).ShouldBeTrue();
        await MutateAsync(servers.First, new { create = new { _id = "counter", _type = "counter", n = 0 } });

        await Task.WhenAll(all.SelectMany(server => Enumerable.Range(0, WritersEach).Select(_ => WriteAsync(server))));

        foreach (var server in all)
        {
            var counter = JsonNode.Parse(await server.Client.GetStringAsync("/v1/data/doc/shared/counter"))!;
            counter["documents"]![0]!["n"]!.GetValue<int>().ShouldBe(all.Length * WritersEach * Edits);
            var verified = await (await server.Client.PostAsync("/v1/data/verify/shared", null)).Content.ReadAsStringAsync();
            var last = JsonNode.Parse(verified.TrimEnd().Split('\n')[^1])!;
            last["verified"].ShouldNotBeNull(last.ToJsonString());
            last["verified"]!["transactions"]!.GetValue<long>().ShouldBe((all.Length * WritersEach * Edits) + 1);
        }

        (await servers.Client.DeleteAsync("/v1/datasets/shared")).EnsureSuccessStatusCode();
    }

    /// <summary>Each increment is guarded by the revision that was read, so a stale head would be noticed.</summary>
    private static async Task WriteAsync(ServerProcess server)
    {
        for (var edit = 0; edit < Edits; edit++)
        {
            bool done;
            do
            {
                var read = JsonNode.Parse(await server.Client.GetStringAsync("/v1/data/doc/shared/counter"))!;
                var counter = read["documents"]![0]!;
                var n = counter["n"]!.GetValue<int>() + 1;
                done = await TryMutateAsync(server, new
                {
                    patch = new { id = "counter", ifRevisionID = counter["_rev"]!.GetValue<string>(), set = new { n } },
                });
            }
            while (!done);
        }
    }

    private static async Task MutateAsync(ServerProcess server, object mutation) =>
        (await TryMutateAsync(server, mutation)).ShouldBeTrue();

    private static async Task<bool> TryMutateAsync(ServerProcess server, object mutation)
    {
        using var answer = await server.Client.PostAsJsonAsync("/v1/data/mutate/shared", new { mutations = new[] { mutation } });
        if (answer.StatusCode != System.Net.HttpStatusCode.Conflict)
        {
            answer.EnsureSuccessStatusCode();
        }

        return answer.IsSuccessStatusCode;
    }
}
