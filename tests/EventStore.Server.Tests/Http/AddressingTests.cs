using System.Net;
using EventStore.Log.Postgres;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Server.Tests.Http;

/// <summary>All the ways in which a request names its project and dataset.</summary>
public sealed class AddressingTests : IClassFixture<TestServer>
{
    private readonly TestServer _server;
    private readonly Api _api;

    public AddressingTests(TestServer server)
    {
        _server = server;
        _api = new Api(server);
    }

    [Fact]
    public async Task Path_host_header_and_default_name_the_project()
    {
        await CreateDatasetAsync(TestServer.ProjectId, "shared");

        // One project only: nothing needs to be named, and a host name that is no project's does no harm.
        await ExpectAsync("/v1/datasets/shared", TestServer.ProjectId);
        await ExpectAsync("/v1/datasets/shared", TestServer.ProjectId, host: "content.example.org");

        await using (var dataSource = NpgsqlDataSource.Create(_server.ConnectionString))
        {
            await new DatasetCatalog(dataSource, TimeProvider.System).EnsureProjectAsync("other", "Other", default);
        }

        await Task.Delay(TimeSpan.FromSeconds(1.1));
        await CreateDatasetAsync("other", "shared");
        foreach (var version in new[] { "v1", "vX", "v2025-02-19" })
        {
            await ExpectAsync($"/{version}/projects/other/datasets/shared", "other");
            await ExpectAsync($"/p/other/{version}/datasets/shared", "other");
            await ExpectAsync($"/p/other/{version}/projects/other/datasets/shared", "other");
            await ExpectAsync($"/{version}/datasets/shared", "other", host: "other.localhost:4000");
            await ExpectAsync($"/{version}/datasets/shared", "other", host: "other.api.example.org");
            await ExpectAsync($"/{version}/datasets/shared", "other", host: "OTHER.example.org");
            await ExpectAsync($"/{version}/datasets/shared", "other", header: "other");
            await ExpectAsync($"/{version}/datasets/shared", TestServer.ProjectId);

            // The earlier one wins: path, host, header.
            await ExpectAsync($"/p/other/{version}/datasets/shared", "other", "test.localhost", "test");
            await ExpectAsync($"/{version}/datasets/shared", "other", "other.localhost", "test");
        }

        (await SendAsync("/v1/projects/none/datasets")).ShouldBeBoom(HttpStatusCode.NotFound).Text.ShouldContain("SIO-404-PNF");
        (await SendAsync("/v1/datasets", host: "none.localhost")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await SendAsync("/v1/datasets", header: "none")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await SendAsync("/p/test/v1/projects/other/datasets")).ShouldBeBoom(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Data_calls_have_a_resource_form()
    {
        await CreateDatasetAsync(TestServer.ProjectId, "forms");
        const string resource = $"/v1/projects/{TestServer.ProjectId}/datasets/forms";
        (await _api.PostAsync($"{resource}/mutate", """{"mutations":[{"create":{"_id":"one","_type":"t"}}],"transactionId":"tx"}"""))
            .ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync($"{resource}/doc/one")).Text.ShouldBe((await _api.GetAsync("/v1/data/doc/forms/one")).Text);
        (await _api.GetAsync($"{resource}/export")).Lines.Count.ShouldBe(1);
        (await _api.GetAsync($"{resource}/history/transactions/one")).Lines.Count.ShouldBe(1);
        (await _api.GetAsync($"{resource}/history/documents/one?revision=tx")).Text.ShouldContain("\"one\"");
        (await _api.GetAsync($"{resource}/ping")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/v/datasets")]
    [InlineData("/v2/datasets")]
    [InlineData("/vx/datasets")]
    [InlineData("/v2025-13-19/datasets")]
    [InlineData("/v2025-02-19Z/datasets")]
    [InlineData("/version/datasets")]
    [InlineData("/p/test/datasets")]
    [InlineData("/p/test/x1/datasets")]
    [InlineData("/datasets")]
    [InlineData("/-api/datasets")]
    [InlineData("/%2Dapi/datasets")]
    [InlineData("/v1/-api/datasets")]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v1//datasets")]
    [InlineData("/v1/projects//datasets")]
    [InlineData("/v1/data/mutate")]
    [InlineData("/")]
    public async Task Paths_of_no_endpoint_are_not_found(string path) =>
        (await _api.GetAsync(path)).ShouldBeBoom(HttpStatusCode.NotFound);

    [Theory]
    [InlineData("GET", "/v1/data/mutate/forms")]
    [InlineData("POST", "/v1/data/export/forms")]
    [InlineData("DELETE", "/v1/data/doc/forms/a")]
    [InlineData("POST", "/v1/datasets/forms")]
    public async Task Wrong_methods_are_refused(string method, string path) =>
        (await _api.SendAsync(new HttpMethod(method), path, "{}")).ShouldBeBoom(HttpStatusCode.MethodNotAllowed);

    private async Task CreateDatasetAsync(string project, string name) =>
        (await _api.SendAsync(HttpMethod.Put, $"/v1/projects/{project}/datasets/{name}", "{}")).ShouldBe(HttpStatusCode.OK);

    /// <summary>The datasets of both projects have one name; their time of creation tells them apart.</summary>
    private async Task ExpectAsync(string path, string project, string? host = null, string? header = null)
    {
        var expected = (await SendAsync($"/v1/projects/{project}/datasets/shared")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(path, host, header)).ShouldBe(HttpStatusCode.OK).Text.ShouldBe(expected.Text, $"{path} {host} {header}");
    }

    private async Task<Answer> SendAsync(string path, string? host = null, string? header = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        if (header is not null)
        {
            request.Headers.Add("X-Sanity-Project-ID", header);
        }

        return await Answer.ReadAsync(await _api.Client.SendAsync(request));
    }
}
