using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Copies;
using EventStore.Server.Tests.Http;

namespace EventStore.Server.Tests.Backups.Restoring;

/// <summary>Asks a server to restore backups, and waits for that.</summary>
internal sealed class RestoreCalls(HttpClient client)
{
    private readonly CopyCalls _jobs = new(client);

    /// <summary>Asks for a restore.</summary>
    /// <returns>The id of its job.</returns>
    public async Task<string> BeginAsync(string dataset, string backup, JsonObject order) =>
        (string)(await PostAsync(dataset, backup, "", order)).ShouldBe(HttpStatusCode.OK).Json["jobId"]!;

    public async Task<JsonNode> RestoreAsync(string dataset, string backup, JsonObject order, string state = "completed") =>
        await _jobs.EndOfAsync(await BeginAsync(dataset, backup, order), state);

    /// <summary>What would change: documents with what is done to them, by ascending id, and the last line.</summary>
    public async Task<(List<string> Changes, JsonNode End)> PlanAsync(string dataset, string backup, JsonObject order)
    {
        var lines = (await PostAsync(dataset, backup, "/plan", order)).ShouldBe(HttpStatusCode.OK).Lines;
        return (
            lines[..^1].ConvertAll(line => $"{line["action"]} {line["id"]}"),
            lines[^1]["restore"].ShouldNotBeNull(lines[^1].ToJsonString()));
    }

    public async Task<Answer> PostAsync(string dataset, string backup, string path, JsonObject order) => await Answer.ReadAsync(
        await client.PostAsync($"/v1/datasets/{dataset}/backups/{backup}/restore{path}", new StringContent(order.ToJsonString())));
}
