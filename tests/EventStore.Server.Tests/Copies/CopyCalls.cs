using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EventStore.Server.Tests.Copies;

/// <summary>Asks a server for copies, and waits for them.</summary>
internal sealed class CopyCalls(HttpClient client)
{
    private static int _names;

    public HttpClient Client => client;

    public static string NewName() => $"copy-{Interlocked.Increment(ref _names)}";

    /// <summary>Asks for a copy.</summary>
    /// <returns>The id of its job.</returns>
    public async Task<string> BeginAsync(string source, object body, string query = "")
    {
        using var answer = await client.PutAsJsonAsync($"/v1/datasets/{source}/copy{query}", body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return (string)JsonNode.Parse(text)!["jobId"]!;
    }

    /// <summary>Asks for a copy and waits until it is complete.</summary>
    public async Task<JsonNode> CopyAsync(string source, object body, string query = "") =>
        await EndOfAsync(await BeginAsync(source, body, query));

    /// <summary>Waits until a job has completed.</summary>
    public async Task<JsonNode> EndOfAsync(string job, string state = "completed")
    {
        JsonNode found;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
            found = await JobAsync(job);
        }
        while ((string)found["state"]! is "pending" or "running");
        ((string)found["state"]!).ShouldBe(state, found.ToJsonString());
        return found;
    }

    public async Task<JsonNode> JobAsync(string job) => JsonNode.Parse(await client.GetStringAsync($"/v1/jobs/{job}"))!;

    /// <summary>The log, line by line, with everything that can be asked of it.</summary>
    public Task<string> LogAsync(string dataset, string query = "") =>
        client.GetStringAsync($"/v1/data/history/{dataset}/transactions?effectFormat=mendoza{query}");

    public Task<string> ExportAsync(string dataset, string query = "") =>
        client.GetStringAsync($"/v1/data/export/{dataset}{query}");

    /// <summary>Current documents without their revisions: what copies without history keep.</summary>
    public async Task<List<string>> DocumentsAsync(string dataset, string query = "") =>
        (await ExportAsync(dataset, query)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var document = JsonNode.Parse(line)!.AsObject();
            document.Remove("_rev");
            return document.ToJsonString();
        }).ToList();

    /// <summary>The log proves what is derived from it, and a rebuild finds nothing to mend.</summary>
    public async Task<JsonNode> VerifyAsync(string dataset)
    {
        var rebuilt = await LastLineAsync(await client.PostAsync($"/v1/data/rebuild/{dataset}", null));
        foreach (var changed in new[] { "changedHeads", "changedKeyframes", "changedReferences" })
        {
            ((long)rebuilt["rebuilt"]![changed]!).ShouldBe(0, $"{dataset}: {rebuilt.ToJsonString()}");
        }

        var verified = await LastLineAsync(await client.PostAsync($"/v1/data/verify/{dataset}", null));
        return verified["verified"].ShouldNotBeNull(verified.ToJsonString());
    }

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private static async Task<JsonNode> LastLineAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
            return JsonNode.Parse(text.TrimEnd().Split('\n')[^1])!;
        }
    }
}
