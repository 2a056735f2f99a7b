using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Copies;

namespace EventStore.Server.Tests.Backups;

/// <summary>Asks a server for backups, and for what they hold.</summary>
internal sealed class BackupCalls(HttpClient client)
{
    private readonly CopyCalls _jobs = new(client);

    /// <summary>A log of edits of documents of which some are deleted and come back.</summary>
    /// <param name="from">Number of its first transaction.</param>
    /// <param name="to">Number of its last one.</param>
    /// <param name="documents">How many documents there are.</param>
    public static string History(int from, int to, int documents)
    {
        var text = new StringBuilder();
        for (var number = from; number <= to; number++)
        {
            var random = new Random(number);
            var id = number <= documents ? number : random.Next(1, documents + 1);
            var time = DateTime.UnixEpoch.AddDays(19_000).AddSeconds(number).ToString("s", CultureInfo.InvariantCulture);
            var body = string.Join(' ', Enumerable.Range(0, 40).Select(word => $"word{new Random((id * 100) + word).Next(5000)}"));
            var mutation = random.Next(40) == 0
                ? $$$"""{"delete":{"id":"d{{{id}}}"}}"""
                : $$$"""{"createOrReplace":{"_id":"d{{{id}}}","_type":"t","n":{{{number}}},"b":"{{{body}}}","s":{{{random.Next()}}} }}""";
            text.Append(
                    CultureInfo.InvariantCulture,
                    $$$"""{"id":"t{{{number}}}","timestamp":"{{{time}}}Z","author":"a{{{number % 7}}}",""")
                .Append("\"mutations\":[").Append(mutation).Append("]}\n");
        }

        return text.ToString();
    }

    public async Task ImportAsync(string dataset, string history)
    {
        using var answer = await client.PostAsync($"/v1/data/import/{dataset}", new StringContent(history));
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"imported\":");
    }

    /// <summary>Asks for a backup.</summary>
    public async Task<(string Id, string Job)> BeginAsync(string dataset)
    {
        using var answer = await client.PostAsync($"/v1/datasets/{dataset}/backups", null);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var json = JsonNode.Parse(text)!;
        return ((string)json["id"]!, (string)json["jobId"]!);
    }

    /// <summary>Asks for a backup and waits until it is complete.</summary>
    public async Task<string> CreateAsync(string dataset)
    {
        var (id, job) = await BeginAsync(dataset);
        await _jobs.EndOfAsync(job);
        return id;
    }

    public Task<JsonNode> EndOfAsync(string job, string state = "completed") => _jobs.EndOfAsync(job, state);

    public async Task<IReadOnlyList<JsonNode>> ListAsync(string dataset, string query = "") =>
        [.. (await GetAsync($"/v1/datasets/{dataset}/backups{query}"))["backups"]!.AsArray().Select(entry => entry!)];

    public async Task<IReadOnlyList<string>> IdsAsync(string dataset, string query = "") =>
        [.. (await ListAsync(dataset, query)).Select(entry => (string)entry["id"]!)];

    /// <summary>All files of a backup.</summary>
    public async Task<IReadOnlyList<(string Name, string Type, string Url)>> FilesAsync(string dataset, string id)
    {
        var files = new List<(string, string, string)>();
        var cursor = "";
        do
        {
            var page = await GetAsync($"/v1/datasets/{dataset}/backups/{id}{cursor}");
            files.AddRange(page["files"]!.AsArray().Select(file =>
                ((string)file!["name"]!, (string)file["type"]!, (string)file["url"]!)));
            cursor = (string?)page["nextCursor"] is { } next ? $"?nextCursor={Uri.EscapeDataString(next)}" : "";
            ((long)page["totalFiles"]!).ShouldBeGreaterThanOrEqualTo(files.Count);
        }
        while (cursor.Length > 0);
        return files;
    }

    /// <summary>The documents of a backup, line by line, fetched by links without a token.</summary>
    public async Task<string> DocumentsAsync(string dataset, string id)
    {
        using var anonymous = new HttpClient();
        var text = new StringBuilder();
        foreach (var chunk in (await FilesAsync(dataset, id)).Where(file => file.Type == "document").Chunk(24))
        {
            foreach (var document in await Task.WhenAll(chunk.Select(file => anonymous.GetStringAsync(file.Url))))
            {
                text.Append(document).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>What the verification of a backup ends with.</summary>
    public async Task<JsonNode> VerifyAsync(string dataset, string id)
    {
        using var answer = await client.PostAsync($"/v1/datasets/{dataset}/backups/{id}/verify", null);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text.TrimEnd().Split('\n')[^1])!;
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await client.GetStringAsync(path))!;
}
