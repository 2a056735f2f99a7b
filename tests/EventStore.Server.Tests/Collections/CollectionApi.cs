using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Collections;

/// <summary>Short spellings of collection exports.</summary>
internal sealed class CollectionApi(TestServer server)
{
    public Api Api { get; } = new(server);

    /// <summary>A dataset with documents, given as the inside of objects; ids are <c>a</c>, <c>b</c>, <c>c</c> …</summary>
    public async Task<string> CreateAsync(params string[] contents)
    {
        var dataset = await Api.CreateDatasetAsync();
        var mutations = contents.Select((content, index) =>
            $$$"""{"create":{"_id":"{{{(char)('a' + index)}}}","_type":"t"{{{(content.Length > 0 ? "," : "")}}}{{{content}}}}}""");
        if (contents.Length > 0)
        {
            (await Api.MutateAsync(dataset, string.Join(',', mutations))).ShouldBe(HttpStatusCode.OK);
        }

        return dataset;
    }

    public Task<Answer> PostAsync(string collection, string body) => Api.PostAsync($"/v1/collections/{collection}/export", body);

    /// <summary>The whole exported file.</summary>
    public async Task<byte[]> ExportAsync(string collection, string body, string link = "download_url")
    {
        var answer = (await PostAsync(collection, body)).ShouldBe(HttpStatusCode.OK).Json;
        using var client = server.CreateAnonymousClient();
        var bytes = await client.GetByteArrayAsync((string)answer[link]!);
        if (link == "download_url")
        {
            ((long)answer["file_size_bytes"]!).ShouldBe(bytes.Length);
        }

        return bytes;
    }

    public async Task<string> TextAsync(string collection, string body) =>
        System.Text.Encoding.UTF8.GetString(await ExportAsync(collection, body));

    /// <summary>The lines of an export to JSON; <paramref name="order"/> is the inside of the body.</summary>
    public async Task<List<JsonNode>> LinesAsync(string collection, string order = "")
    {
        var body = order.Length == 0 ? """{"format":"json"}""" : $$"""{"format":"json",{{order}}}""";
        return [.. (await TextAsync(collection, body)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>The ids of what a filter selects, one after the other.</summary>
    public async Task<string> SelectAsync(string collection, string filters) =>
        string.Concat((await LinesAsync(collection, $"\"filters\":{filters}")).Select(line => (string)line["_id"]!));
}
