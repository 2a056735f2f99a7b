using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;

namespace EventStore.Server.Tests.Rollback;

/// <summary>Asks a server for plans, and has them applied.</summary>
internal sealed class RollbackCalls(HttpClient client, string dataset)
{
    /// <summary>A plan: its documents by id, and what its last line says.</summary>
    public async Task<(Dictionary<string, JsonNode> Documents, JsonNode Summary)> PlanAsync(JsonObject order)
    {
        var lines = (await PostAsync("/plan", order)).ShouldBe(HttpStatusCode.OK).Lines;
        var summary = lines[^1]["plan"].ShouldNotBeNull(lines[^1].ToJsonString());
        return (lines[..^1].ToDictionary(line => (string)line["id"]!), summary);
    }

    public async Task<Answer> ApplyAsync(JsonObject order, string plan)
    {
        var body = (JsonObject)order.DeepClone();
        body["plan"] = plan;
        return await PostAsync("", body);
    }

    /// <summary>Plans and applies.</summary>
    public async Task<JsonNode> RollBackAsync(JsonObject order)
    {
        var (_, summary) = await PlanAsync(order);
        return (await ApplyAsync(order, (string)summary["id"]!)).ShouldBe(HttpStatusCode.OK).Json;
    }

    public async Task<Answer> PostAsync(string path, JsonObject body) => await Answer.ReadAsync(
        await client.PostAsync($"/v1/data/rollback/{dataset}{path}", new StringContent(body.ToJsonString())));
}
