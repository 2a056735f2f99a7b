using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Cli.Connection;
using EventStore.Cli.Jobs;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Rollback;

/// <summary>The requests that plan and apply what an order undoes.</summary>
internal sealed class RollbackRequests(EventStoreConnection server, string dataset, JsonObject order)
{
    private const int MaximumLineLength = 256 * 1024 * 1024;

    /// <summary>The lines of the plan, as they come; the last one sums it up.</summary>
    public async IAsyncEnumerable<byte[]> PlanAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var body = (JsonObject)order.DeepClone();
        body["format"] = "json-patch";
        body["excludeContent"] = true;
        using var response = await SendAsync("/plan", body, cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (var line in LineReader.ReadAllAsync(stream, MaximumLineLength, cancellation))
        {
            yield return line;
        }
    }

    /// <summary>Applies a plan, and waits for the job if it is a large one.</summary>
    public async Task<JsonObject> ApplyAsync(StandardStreams streams, string plan, CancellationToken cancellation)
    {
        var result = await ApplyAsync(plan, cancellation);
        if ((string?)result["state"] != "running")
        {
            return result;
        }

        var job = await JobRequests.FollowAsync(
            server, streams, $"rollback {dataset}", (string)result["jobId"]!, cancellation);
        result = await ApplyAsync(plan, cancellation);
        result["message"] = job.Message;
        return result;
    }

    private async Task<JsonObject> ApplyAsync(string plan, CancellationToken cancellation)
    {
        var body = (JsonObject)order.DeepClone();
        body["plan"] = plan;
        using var response = await SendAsync("", body, cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        return (await JsonNode.ParseAsync(stream, cancellationToken: cancellation))!.AsObject();
    }

    private async Task<HttpResponseMessage> SendAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await server.SendAsync(
            HttpMethod.Post, $"/v1/data/rollback/{Uri.EscapeDataString(dataset)}{path}", content, cancellation);
    }
}
