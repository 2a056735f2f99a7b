using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Access;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Collections;

/// <summary>Exports that a job makes: the same files, for the same people.</summary>
public sealed class CollectionJobTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly CollectionApi _api = new(server);

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("parquet")]
    public async Task A_job_makes_the_file_that_a_request_makes(string format)
    {
        var dataset = await _api.CreateAsync(""" "n":1,"embedding":[1,2] """, """ "n":"two","embedding":[3,4] """);
        var order = $$"""{"format":"{{format}}","include_vectors":true,"select_fields":["_id","n"]""";
        var expected = await _api.ExportAsync(dataset, order + "}");
        var vectors = await _api.ExportAsync(dataset, order + "}", "vectors_download_url");

        var begun = (await _api.PostAsync(dataset, order + ",\"async\":true}")).ShouldBe(HttpStatusCode.Accepted).Json;
        (await _api.Api.MutateAsync(dataset, """{"create":{"_id":"later","_type":"t"}}""")).ShouldBe(HttpStatusCode.OK);
        var answer = await ResultAsync(begun);

        (await DownloadAsync(answer, "download_url")).ShouldBe(expected);
        (await DownloadAsync(answer, "vectors_download_url")).ShouldBe(vectors);
        ((string)answer["format"]!).ShouldBe(format);
        ((long)answer["document_count"]!).ShouldBe(2);
        ((long)answer["file_size_bytes"]!).ShouldBe(expected.Length);
        var job = (await _api.Api.GetAsync($"/v1/jobs/{begun["job_id"]}")).Json;
        ((string)job["state"]!).ShouldBe("completed");
        ((string)job["kind"]!).ShouldBe("collection.export");
        ((string)job["message"]!).ShouldBe("Exported 2 documents");
    }

    [Fact]
    public async Task What_cannot_be_exported_fails_with_a_reason_and_leaves_no_file()
    {
        var dataset = await _api.CreateAsync(""" "n":1 """);
        var begun = (await _api.PostAsync(dataset, """{"groq":"count(*)","async":true}""")).ShouldBe(HttpStatusCode.Accepted).Json;

        var answer = await EndAsync(begun);

        answer.Status.ShouldBe(HttpStatusCode.Conflict, answer.Text);
        ((string)answer.Json["message"]!).ShouldContain("array of objects");
        (await _api.PostAsync(dataset, """{"format":"xml","async":true}""")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_result_is_for_who_asked_and_made_with_the_rights_he_has_then()
    {
        var stage = await Stage.CreateAsync(server);
        const string path = $"/collections/{Stage.Closed}/export";
        var begun = await stage.SendAsync(
            await stage.TokenAsync("viewer"), HttpMethod.Post, stage.Path(path), """{"format":"json","async":true}""");
        begun.Status.ShouldBe(HttpStatusCode.Accepted, begun.Text);
        var result = $"{path}/{begun.Json["job_id"]}";

        Answer own;
        while ((own = await stage.GetAsync("viewer", result)).Status == HttpStatusCode.Accepted)
        {
            await Task.Delay(50);
        }

        own.Status.ShouldBe(HttpStatusCode.OK, own.Text);
        var atOnce = await stage.SendAsync(
            await stage.TokenAsync("viewer"), HttpMethod.Post, stage.Path(path), """{"format":"json"}""");
        ((long)own.Json["document_count"]!).ShouldBe((long)atOnce.Json["document_count"]!);
        (await stage.GetAsync("administrator", result)).ShouldBeBoom(HttpStatusCode.NotFound);
        (await stage.GetAsync("viewer", $"/collections/{Stage.Open}/export/{begun.Json["job_id"]}")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await stage.AsRootAsync(HttpMethod.Get, stage.Path(result))).ShouldBe(HttpStatusCode.OK);

        // Whose token is gone gets nothing made any more.
        await stage.ExecuteAsync(
            "update eventstore.job set state = 'pending', step = null, fence = fence + 1 where id = $1", (string)begun.Json["job_id"]!);
        await stage.ExecuteAsync("delete from eventstore.token where robot = $1", stage.TokenId("viewer"));
        Answer gone;
        while ((gone = await stage.AsRootAsync(HttpMethod.Get, stage.Path(result))).Status == HttpStatusCode.Accepted)
        {
            await Task.Delay(50);
        }

        gone.ShouldBeBoom(HttpStatusCode.Conflict);
        gone.Text.ShouldContain("no token any more");
    }

    private async Task<JsonNode> ResultAsync(JsonNode begun)
    {
        var answer = await EndAsync(begun);
        return answer.ShouldBe(HttpStatusCode.OK).Json;
    }

    private async Task<Answer> EndAsync(JsonNode begun)
    {
        var path = new Uri((string)begun["result_url"]!).AbsolutePath;
        for (; ; await Task.Delay(50))
        {
            var answer = await _api.Api.GetAsync(path);
            if (answer.Status != HttpStatusCode.Accepted)
            {
                return answer;
            }

            ((string)answer.Json["state"]!).ShouldBeOneOf("pending", "running");
        }
    }

    private async Task<byte[]> DownloadAsync(JsonNode answer, string link)
    {
        using var client = server.CreateAnonymousClient();
        return await client.GetByteArrayAsync((string)answer[link]!);
    }
}
