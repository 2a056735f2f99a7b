using System.Net.Http.Headers;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Server.Wire;

namespace EventStore.Cli.Archives;

/// <summary>Requests on one dataset whose bodies and answers are JSON.</summary>
internal sealed class JsonRequests(EventStoreConnection server, string dataset)
{
    public EventStoreConnection Server => server;

    public string Dataset => Uri.EscapeDataString(dataset);

    /// <summary>Writes to the dataset, in one transaction.</summary>
    public async Task MutateAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        using var answer = await PostAsync($"/v1/data/mutate/{Dataset}?returnIds=false", body, cancellation);
    }

    public async Task<JsonDocument> PostAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(HttpMethod.Post, path, content, cancellation);
    }

    public async Task<JsonDocument> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var response = await server.SendAsync(method, path, content, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        return await JsonDocument.ParseAsync(body, RawJson.Options, cancellation);
    }
}
