using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Tests.Reference;

/// <summary>
/// The OpenAPI document is the one in <c>schemas/</c>, describes every endpoint, and can be read on a page that needs no
/// other host. <c>EVENTSTORE_WRITE_REFERENCE=1</c> writes the file anew.
/// </summary>
public sealed class ReferenceTests(TestServer server) : IClassFixture<TestServer>
{
    private const string WriteVariable = "EVENTSTORE_WRITE_REFERENCE";
    private static readonly string Committed = Path.Combine(Repository.Root ?? ".", "schemas", "openapi.json");

    private readonly Api _api = new(server);

    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        var answer = (await _api.AnonymousAsync("/openapi.json")).ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("application/json");
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            await File.WriteAllTextAsync(Committed, answer.Text);
        }

        (await File.ReadAllTextAsync(Committed)).ShouldBe(answer.Text, $"run this test with {WriteVariable}=1 and look at what changed");
    }

    [Fact]
    public async Task Every_endpoint_is_described_with_its_parameters_and_errors()
    {
        var document = (await _api.GetAsync("/openapi.json")).Json;
        var mapped = server.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => (method, Path: endpoint.RoutePattern.RawText!.Replace("/-api", "", StringComparison.Ordinal))))
            .Where(endpoint => !endpoint.Path.StartsWith("/docs", StringComparison.Ordinal))
            .Select(endpoint => $"{endpoint.method} {(endpoint.Path.StartsWith("/datasets", StringComparison.Ordinal)
                ? "/projects/{project}" : "")}{endpoint.Path}");
        var described = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Where(entry => entry.Key != "servers").Select(operation =>
                (Name: $"{operation.Key.ToUpperInvariant()} {path.Key}", Path: path.Key, Operation: operation.Value!)))
            .ToList();
        described.Select(entry => entry.Name).ShouldBe(mapped, ignoreOrder: true);

        foreach (var (name, path, operation) in described)
        {
            ((string?)operation["summary"]).ShouldNotBeNullOrEmpty(name);
            var parameters = operation["parameters"]?.AsArray() ?? [];
            parameters.ShouldAllBe(parameter => ((string?)parameter!["description"] ?? "").Length > 0, name);
            parameters.Where(parameter => (string)parameter!["in"]! == "path").Select(parameter => (string)parameter!["name"]!)
                .ShouldBe(Regex.Matches(path, @"\{(\w+)\}").Select(match => match.Groups[1].Value), name);
            var responses = operation["responses"]!.AsObject().Select(response => response.Key).ToList();
            responses.ShouldContain(status => status.StartsWith('2'), name);
            if ((string)operation["tags"]![0]! != "Server")
            {
                new[] { "400", "401", "403", "404", "503" }.ShouldBeSubsetOf(responses, name);
            }
        }

        described.Select(entry => (string)entry.Operation["operationId"]!).ShouldBeUnique();
    }

    [Fact]
    public async Task Every_reference_inside_the_document_leads_somewhere()
    {
        var answer = await _api.GetAsync("/openapi.json");
        foreach (Match match in Regex.Matches(answer.Text, "\"\\$ref\": \"#/([^\"]+)\""))
        {
            match.Groups[1].Value.Split('/').Aggregate((JsonNode?)answer.Json, (node, name) => node?[name]).ShouldNotBeNull(match.Value);
        }
    }

    [Fact]
    public async Task The_page_and_its_files_come_from_this_server_alone()
    {
        var page = await _api.AnonymousAsync("/docs");
        page.ShouldBe(HttpStatusCode.OK).ContentType.ShouldBe("text/html");
        page.Message.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
        var files = Regex.Matches(page.Text, "(?:src|href)=\"([^\"#]+)\"").Select(match => match.Groups[1].Value).Distinct().ToList();
        files.ShouldBe(["/docs/docs.css", "/openapi.json", "/docs/docs.js"], ignoreOrder: true);
        foreach (var file in files)
        {
            var answer = (await _api.AnonymousAsync(file)).ShouldBe(HttpStatusCode.OK);
            answer.Text.ShouldNotContain("http://");
            answer.Text.ShouldNotContain("https://");
        }
    }
}
