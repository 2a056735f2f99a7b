using System.Net;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>Reading documents, and who may.</summary>
[Collection(HttpCollection.Name)]
public sealed class DocumentTests(TestServer server)
{
    private readonly Api _api = new(server);

    [Fact]
    public async Task Missing_documents_are_named_and_versions_found()
    {
        var dataset = await CreateAsync("private");
        var path = $"/v1/data/doc/{dataset}";
        var some = (await _api.GetAsync($"{path}/b,none,a,b")).ShouldBe(HttpStatusCode.OK);
        Ids(some).ShouldBe(["b", "a"]);
        Omitted(some).ShouldBe("""[{"id":"none","reason":"existence"}]""");

        var exists = await _api.GetAsync($"{path}/a,none?excludeContent=true");
        exists.Text.ShouldNotContain("_type");
        Ids(exists).ShouldBe(["a"]);
        Omitted(exists).ShouldBe("""[{"id":"none","reason":"existence"}]""");

        var versions = await _api.GetAsync($"{path}/a,none?includeAllVersions=true");
        Ids(versions).Order().ShouldBe(["a", "drafts.a", "versions.r.a"]);
        Omitted(versions).ShouldBe("""[{"id":"none","reason":"existence"}]""");
        Ids(await _api.GetAsync($"{path}/drafts.a?includeAllVersions=true")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Long_lists_are_read_in_slices()
    {
        var dataset = await _api.CreateDatasetAsync();
        const int count = 350;
        var creates = Enumerable.Range(0, count).Select(index => $$$"""{"create":{"_id":"d{{{index}}}","_type":"t"}}""");
        (await _api.MutateAsync(dataset, string.Join(',', creates))).ShouldBe(HttpStatusCode.OK);
        var ids = Enumerable.Range(0, count + 10).Select(index => $"d{index}").Reverse().ToList();
        var answer = (await _api.GetAsync($"/v1/data/doc/{dataset}/{string.Join(',', ids)}")).ShouldBe(HttpStatusCode.OK);
        Ids(answer).ShouldBe(ids.Skip(10));
        answer.Json["omitted"]!.AsArray().Count.ShouldBe(10);
    }

    [Fact]
    public async Task Without_a_token_only_the_root_path_of_public_datasets_is_seen()
    {
        var open = await CreateAsync("public");
        var answer = (await _api.AnonymousAsync($"/v1/data/doc/{open}/a,drafts.a,none")).ShouldBe(HttpStatusCode.OK);
        Ids(answer).ShouldBe(["a"]);
        Omitted(answer).ShouldBe("""[{"id":"drafts.a","reason":"permission"},{"id":"none","reason":"existence"}]""");
        Ids(await _api.AnonymousAsync($"/v1/data/doc/{open}/a?includeAllVersions=true")).ShouldBe(["a"]);
        (await _api.AnonymousAsync($"/v1/data/export/{open}")).Lines.Select(line => (string)line["_id"]!).ShouldBe(["a", "b"]);
        foreach (var path in new[]
        {
            $"history/{open}/documents/a", $"history/{open}/documents/a/diff?from=1", $"export/{open}?time=2020-01-01",
        })
        {
            (await _api.AnonymousAsync($"/v1/data/{path}")).ShouldBeBoom(HttpStatusCode.Unauthorized);
        }

        var closed = await CreateAsync("private");
        foreach (var path in new[] { $"doc/{closed}/a", $"export/{closed}", $"ping/{closed}" })
        {
            (await _api.AnonymousAsync($"/v1/data/{path}")).ShouldBeBoom(HttpStatusCode.Unauthorized);
        }

        foreach (var path in new[] { $"import/{open}", $"verify/{open}" })
        {
            (await _api.AnonymousAsync($"/v1/data/{path}", "")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Theory]
    [InlineData("Bearer wrong-token-wrong-token")]
    [InlineData("Bearer ")]
    [InlineData("Basic cm9vdDpyb290")]
    [InlineData("nonsense")]
    public async Task Unknown_tokens_are_refused_even_where_none_is_needed(string header)
    {
        var open = await CreateAsync("public");
        using var client = server.CreateAnonymousClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        (await Answer.ReadAsync(await client.GetAsync($"/v1/data/doc/{open}/a"))).ShouldBeBoom(HttpStatusCode.Unauthorized)
            .Text.ShouldContain("SIO-401-ANF");
    }

    [Fact]
    public async Task Datasets_are_listed_created_and_deleted()
    {
        var name = await _api.CreateDatasetAsync("public");
        (await _api.GetAsync("/v1/datasets")).Json.AsArray()
            .Single(dataset => (string)dataset!["name"]! == name)!["aclMode"]!.GetValue<string>().ShouldBe("public");
        (await _api.SendAsync(HttpMethod.Put, $"/v1/datasets/{name}", "{}")).ShouldBeBoom(HttpStatusCode.Conflict);
        foreach (var bad in new[] { "UPPER", "-x", "~alias", "a b", new string('a', 65) })
        {
            (await _api.SendAsync(HttpMethod.Put, $"/v1/datasets/{Uri.EscapeDataString(bad)}", "{}"))
                .ShouldBeBoom(HttpStatusCode.BadRequest);
        }

        (await _api.SendAsync(HttpMethod.Put, "/v1/datasets/other", """{"aclMode":"secret"}""")).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await _api.SendAsync(HttpMethod.Put, "/v1/datasets/other", "[]")).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{name}", "")).ShouldBe(HttpStatusCode.OK)
            .Text.ShouldBe("""{"deleted":true}""");
        (await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{name}", "")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.GetAsync($"/v1/data/doc/{name}/a")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.AnonymousAsync("/v1/datasets")).ShouldBeBoom(HttpStatusCode.Unauthorized);
        ((string)(await _api.GetAsync("/v1/projects/test")).Json["id"]!).ShouldBe("test");
        (await _api.GetAsync("/v1/projects")).Json.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Verification_streams_its_result()
    {
        var dataset = await CreateAsync("private");
        var answer = (await _api.PostAsync($"/v1/data/verify/{dataset}", "")).ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("application/x-ndjson");
        ((int)answer.Lines[^1]["verified"]!["documents"]!).ShouldBe(5);
    }

    private async Task<string> CreateAsync(string aclMode)
    {
        var dataset = await _api.CreateDatasetAsync(aclMode);
        var creates = new[] { "a", "b", "drafts.a", "versions.r.a", "_.system" }
            .Select(id => $$$"""{"create":{"_id":"{{{id}}}","_type":"t"}}""");
        (await _api.MutateAsync(dataset, string.Join(',', creates))).ShouldBe(HttpStatusCode.OK);
        return dataset;
    }

    private static List<string> Ids(Answer answer) =>
        answer.Json["documents"]!.AsArray().Select(document => (string)document!["_id"]!).ToList();

    private static string Omitted(Answer answer) => answer.Json["omitted"]!.ToJsonString();
}
