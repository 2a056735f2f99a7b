using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Cli.Connection;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Backups;

/// <summary>The requests that show and begin a restore.</summary>
internal sealed class RestoreRequests(EventStoreConnection server, string path, JsonObject order)
{
    private const int MaximumLineLength = 1024 * 1024;
    private const int DocumentsShown = 50;

    /// <summary>Lists what would change.</summary>
    /// <returns>How many documents that is.</returns>
    public async Task<long> ShowAsync(StandardStreams streams, bool isJson, CancellationToken cancellation)
    {
        var output = streams.OpenOutput();
        var documents = 0L;
        using var response = await SendAsync(path + "/plan", cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (var line in LineReader.ReadAllAsync(body, MaximumLineLength, cancellation))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("error", out _))
            {
                throw new CommandFailure(ServerError.Describe(root) ?? "the list broke off");
            }

            var isEnd = root.TryGetProperty("restore", out var end);
            documents += isEnd ? 0 : 1;
            if (isJson || isEnd || documents <= DocumentsShown)
            {
                var text = isJson ? Encoding.UTF8.GetString(line)
                    : isEnd ? Describe(end, documents)
                    : $"{root.GetProperty("action").GetString()}\t{root.GetProperty("id").GetString()}";
                await output.WriteLineAsync(text, cancellation);
            }

            if (isEnd)
            {
                await output.FlushAsync(cancellation);
                return documents;
            }
        }

        throw new CommandFailure("the list broke off");
    }

    /// <summary>Begins the restore.</summary>
    /// <returns>The job.</returns>
    public async Task<string> BeginAsync(CancellationToken cancellation)
    {
        using var response = await SendAsync(path, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var json = await JsonDocument.ParseAsync(body, default, cancellation);
        return json.RootElement.GetProperty("jobId").GetString()!;
    }

    private static string Describe(JsonElement end, long documents)
    {
        string Number(string name) => end.GetProperty(name).GetRawText();
        var more = documents > DocumentsShown ? $"… and {documents - DocumentsShown} more (--json shows all)\n" : "";
        return documents == 0
            ? "nothing to restore: the documents are the same"
            : $"{more}documents: {Number("create")} to create, {Number("update")} to change, "
                + $"{Number("delete")} to delete";
    }

    private async Task<HttpResponseMessage> SendAsync(string to, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(order.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await server.SendAsync(HttpMethod.Post, to, content, cancellation);
    }
}
