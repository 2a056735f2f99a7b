using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Copies;
using EventStore.Testing;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Workloads;

/// <summary>
/// Ten years of real edits: imported over HTTP, exported as of every checkpoint, and compared with checksums that none of
/// our code computed. The short form imports a workload up to one of its first checkpoints, the long form all of it.
/// </summary>
public sealed class WorkloadTests(TestServer server, ITestOutputHelper output) : IClassFixture<TestServer>
{
    private const int ShortCheckpoints = 2;
    private const int RandomDocuments = 300;

    [WorkloadFact("bcd.ndjson.zst", "bcd.checkpoints.ndjson")]
    public Task Browser_compat_data() => ImportAndCompareAsync("bcd");

    [WorkloadFact("scoop-main.ndjson.zst", "scoop-main.checkpoints.ndjson")]
    public Task Scoop_main() => ImportAndCompareAsync("scoop-main");

    private async Task ImportAndCompareAsync(string workload)
    {
        var created = await server.Client.PutAsJsonAsync($"/v1/datasets/{workload}", new { aclMode = "private" });
        created.EnsureSuccessStatusCode();
        var count = LongFactAttribute.IsEnabled ? int.MaxValue : ShortCheckpoints;
        var checkpoints = Checkpoint.Read(workload).Take(count).ToList();
        var replay = new PlainReplay();
        await ImportAsync(workload, checkpoints[^1].Transaction, replay);

        foreach (var checkpoint in checkpoints)
        {
            var (documents, sha256) = await ExportAsync(workload, $"time={checkpoint.Timestamp}");
            documents.ShouldBe(checkpoint.Documents, $"{workload} at {checkpoint.Timestamp}");
            sha256.ShouldBe(checkpoint.Sha256, $"{workload} at {checkpoint.Timestamp}");
            (await ExportAsync(workload, $"revision={checkpoint.Id}")).ShouldBe((documents, sha256));
        }

        await CompareRandomDocumentsAsync(workload, replay);
        var verified = (await ReadLinesAsync(await server.Client.PostAsync($"/v1/data/verify/{workload}", null)))[^1];
        Field(verified, "verified", "transactions").ShouldBe(checkpoints[^1].Transaction);
        await CompareCopiesAsync(workload, checkpoints);
    }

    /// <summary>A copy is the same log, and one of the past has the checksum of then.</summary>
    private async Task CompareCopiesAsync(string workload, List<Checkpoint> checkpoints)
    {
        var copies = new CopyCalls(server.Client);
        var copy = $"{workload}-copy";
        await copies.CopyAsync(workload, new { targetDataset = copy });
        await CompareLogsAsync(workload, copy);
        (await copies.VerifyAsync(copy))["transactions"]!.GetValue<long>().ShouldBe(checkpoints[^1].Transaction);
        foreach (var checkpoint in checkpoints.Where((_, index) => index % 4 == 0))
        {
            var past = $"{workload}-{checkpoint.Transaction}";
            await copies.CopyAsync(workload, new { targetDataset = past }, $"?time={checkpoint.Timestamp}");
            (await ExportAsync(past, "")).ShouldBe((checkpoint.Documents, checkpoint.Sha256), past);
            (await copies.VerifyAsync(past))["transactions"]!.GetValue<long>().ShouldBe(checkpoint.Transaction);
            (await server.Client.DeleteAsync($"/v1/datasets/{past}")).EnsureSuccessStatusCode();
        }
    }

    private async Task CompareLogsAsync(string one, string other)
    {
        using var first = new StreamReader(await server.Client.GetStreamAsync(PathOfLog(one)));
        using var second = new StreamReader(await server.Client.GetStreamAsync(PathOfLog(other)));
        string? line;
        do
        {
            line = await first.ReadLineAsync();
            (await second.ReadLineAsync()).ShouldBe(line);
        }
        while (line is not null);
    }

    private static string PathOfLog(string dataset) => $"/v1/data/history/{dataset}/transactions?effectFormat=mendoza";

    private async Task ImportAsync(string workload, int transactions, PlainReplay replay)
    {
        await using var source = EventStore.Testing.Workloads.Open($"{workload}.ndjson.zst");
        using var content = new StreamContent(new FirstLinesStream(source, transactions, replay.Add));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/data/import/{workload}") { Content = content };
        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var last = (await ReadLinesAsync(answer))[^1];
        Field(last, "done", "imported").ShouldBe(transactions);
    }

    private async Task<(int Documents, string Sha256)> ExportAsync(string workload, string asOf)
    {
        using var answer = await server.Client.GetAsync(
            $"/v1/data/export/{workload}?{asOf}", HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var documents = 0;
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            PythonCanonicalForm.Append(Encoding.UTF8.GetBytes(line), text.Clear());
            hash.AppendData(Encoding.UTF8.GetBytes(text.Append('\n').ToString()));
            documents++;
        }

        return (documents, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private async Task CompareRandomDocumentsAsync(string workload, PlainReplay replay)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"{workload}: seed={seed}");
        var random = new Random(seed);
        for (var count = 0; count < RandomDocuments; count++)
        {
            var (id, revision, expected) = replay.Pick(random);
            var answer = JsonNode.Parse(await server.Client.GetStringAsync(
                $"/v1/data/history/{workload}/documents/{id}?revision={revision}"))!;
            var documents = answer["documents"]!.AsArray();
            if (expected is null)
            {
                documents.Count.ShouldBe(0, $"{id} at {revision}");
                continue;
            }

            documents[0]!["_rev"]!.GetValue<string>().ShouldBe(revision);
            Canonical(documents[0]!.ToJsonString()).ShouldBe(Canonical(expected), $"{id} at {revision}");
        }
    }

    private static long Field(JsonNode line, string name, string field) =>
        line[name].ShouldNotBeNull(line.ToJsonString())[field].ShouldNotBeNull().GetValue<long>();

    private static string Canonical(string document)
    {
        var text = new StringBuilder();
        PythonCanonicalForm.Append(Encoding.UTF8.GetBytes(document), text);
        return text.ToString();
    }

    private static async Task<List<JsonNode>> ReadLinesAsync(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await answer.Content.ReadAsStringAsync();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
    }
}
