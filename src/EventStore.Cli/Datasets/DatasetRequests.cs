using System.Net.Http.Headers;
using System.Text.Json;
using EventStore.Cli.Connection;

namespace EventStore.Cli.Datasets;

/// <summary>The requests that list, create and delete datasets.</summary>
internal static class DatasetRequests
{
    public static async Task<IReadOnlyList<DatasetEntry>> ListAsync(
        EventStoreConnection connection, CancellationToken cancellation)
    {
        using var response = await connection.SendAsync(HttpMethod.Get, "/v1/datasets", null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var json = await JsonDocument.ParseAsync(body, default, cancellation);
        return [.. json.RootElement.EnumerateArray().Select(DatasetEntry.Read)];
    }

    /// <param name="connection">The server.</param>
    /// <param name="name">Name of the new dataset.</param>
    /// <param name="accessMode"><c>public</c>, <c>private</c> or <c>custom</c>.</param>
    /// <param name="cancellation">Ends the request.</param>
    public static async Task CreateAsync(
        EventStoreConnection connection, string name, string accessMode, CancellationToken cancellation)
    {
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string> { ["aclMode"] = accessMode }));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        (await connection.SendAsync(HttpMethod.Put, PathOf(name), body, cancellation)).Dispose();
    }

    public static async Task DeleteAsync(
        EventStoreConnection connection, string name, CancellationToken cancellation) =>
        (await connection.SendAsync(HttpMethod.Delete, PathOf(name), null, cancellation)).Dispose();

    /// <summary>Creates the dataset, readable with a token only, unless it exists.</summary>
    public static async Task EnsureAsync(EventStoreConnection connection, string name, CancellationToken cancellation)
    {
        var existing = await ListAsync(connection, cancellation);
        if (!existing.Any(dataset => dataset.Name == name))
        {
            await CreateAsync(connection, name, "private", cancellation);
        }
    }

    private static string PathOf(string name) => $"/v1/datasets/{Uri.EscapeDataString(name)}";
}
