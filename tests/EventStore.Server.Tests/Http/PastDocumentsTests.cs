using System.Net;
using System.Text.Json.Nodes;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>Documents and exports as of every sequence, revision and time against <see cref="ModelLog"/>.</summary>
[Collection(HttpCollection.Name)]
public sealed class PastDocumentsTests(TestServer server)
{
    private const int Seed = 7;
    private const int Length = 40;

    private readonly Api _api = new(server);
    private readonly ModelLog _model = new(Seed, Length);

    private static string AllIds => string.Join(',', ModelLog.DocumentIds);

    [Fact]
    public async Task Documents_at_every_revision_and_time()
    {
        var dataset = await ImportAsync();
        foreach (var transaction in _model.Transactions)
        {
            await ExpectDocumentsAsync(dataset, $"revision={transaction.Id}", transaction.Sequence);
            await ExpectDocumentsAsync(dataset, $"time={transaction.Time}", _model.SequenceAt(transaction.Timestamp));
            var justBefore = transaction.Timestamp.AddMicroseconds(-1);
            var text = justBefore.ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-ddTHH:mm:ss.ffffffzzz").Replace("+", "%2B");
            await ExpectDocumentsAsync(dataset, $"time={text}", _model.SequenceAt(justBefore));
        }

        await ExpectDocumentsAsync(dataset, "", Length);
        await ExpectDocumentsAsync(dataset, "time=&revision=", Length);
        await ExpectDocumentsAsync(dataset, "lastRevision=false", Length);
        await ExpectDocumentsAsync(dataset, "time=2019-01-01", 0);
        await ExpectDocumentsAsync(dataset, "revision=unknown", 0);
        var last = await _api.GetAsync($"/v1/data/history/{dataset}/documents/{AllIds}?lastRevision=true");
        Equal(last.Json["documents"]!.AsArray(), ModelLog.DocumentIds.Select(_model.LastOf).OfType<JsonObject>());
    }

    [Theory]
    [InlineData("revision=tx-1&time=2020-01-01")]
    [InlineData("revision=tx-1&lastRevision=true")]
    [InlineData("time=2020-01-01&lastRevision=true")]
    [InlineData("revision=tx-1&time=2020-01-01&lastRevision=true")]
    [InlineData("time=now")]
    [InlineData("revision=not%20an%20id")]
    [InlineData("lastRevision=1.5")]
    public async Task Two_moments_or_malformed_ones_are_refused(string query)
    {
        var dataset = await _api.CreateDatasetAsync();
        (await _api.GetAsync($"/v1/data/history/{dataset}/documents/a?{query}")).ShouldBeBoom(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Export_as_of_every_sequence()
    {
        var dataset = await ImportAsync();
        foreach (var transaction in _model.Transactions)
        {
            await ExpectExportAsync(dataset, $"revision={transaction.Id}", transaction.Sequence, null);
            await ExpectExportAsync(dataset, $"time={transaction.Time}", _model.SequenceAt(transaction.Timestamp), null);
            await ExpectExportAsync(dataset, $"revision={transaction.Id}&types=post", transaction.Sequence, ["post"]);
        }

        await ExpectExportAsync(dataset, "", Length, null);
        await ExpectExportAsync(dataset, "nextCursor=", Length, null);
        await ExpectExportAsync(dataset, "types=page,post,other", Length, ["page", "post"]);
        await ExpectExportAsync(dataset, "time=2019-01-01", 0, null);
        var path = $"/v1/data/export/{dataset}";
        (await _api.GetAsync($"{path}?revision=tx-1&time=2020-01-01")).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await _api.GetAsync($"{path}?revision=unknown")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.GetAsync($"{path}?nextCursor=bm90IG91cnM")).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await _api.GetAsync("/v1/data/export/no-such-dataset")).ShouldBeBoom(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Cursor_pages_together_are_the_state_that_the_first_one_saw()
    {
        const int documents = 20;
        var dataset = await _api.CreateDatasetAsync();
        var text = new string('x', 1_000_000);
        for (var index = 0; index < documents; index++)
        {
            (await _api.MutateAsync(dataset, $$$"""{"create":{"_id":"doc-{{{index:00}}}","_type":"t","text":"{{{text}}}"}}"""))
                .ShouldBe(HttpStatusCode.OK);
        }

        var whole = (await _api.GetAsync($"/v1/data/export/{dataset}")).Text;
        var pages = new List<string>();
        var cursor = "";
        do
        {
            var answer = (await _api.GetAsync($"/v1/data/export/{dataset}?nextCursor={cursor}")).ShouldBe(HttpStatusCode.OK);
            var end = answer.Text.LastIndexOf("{\"nextCursor\":", StringComparison.Ordinal);
            cursor = end < 0 ? null : (string)JsonNode.Parse(answer.Text[end..])!["nextCursor"]!;
            pages.Add(end < 0 ? answer.Text : answer.Text[..end]);
            answer.Message.Headers.GetValues("X-EventStore-Sequence").ShouldBe([documents.ToString()]);
            await _api.MutateAsync(
                dataset,
                $$$"""{"createOrReplace":{"_id":"doc-1{{{pages.Count}}}","_type":"changed"}},{"create":{"_type":"new"}}""");
        }
        while (cursor is not null);

        pages.Count.ShouldBeGreaterThan(1);
        string.Concat(pages).ShouldBe(whole);
    }

    private async Task<string> ImportAsync()
    {
        var dataset = await _api.CreateDatasetAsync();
        (await _api.PostAsync($"/v1/data/import/{dataset}", _model.ImportLines)).ShouldBe(HttpStatusCode.OK);
        return dataset;
    }

    private async Task ExpectDocumentsAsync(string dataset, string query, long sequence)
    {
        var answer = await _api.GetAsync($"/v1/data/history/{dataset}/documents/{AllIds}?{query}");
        var state = _model.AsOf(sequence);
        Equal(
            answer.ShouldBe(HttpStatusCode.OK).Json["documents"]!.AsArray(),
            ModelLog.DocumentIds.Where(state.ContainsKey).Select(id => state[id]));
    }

    private async Task ExpectExportAsync(string dataset, string query, long sequence, string[]? types)
    {
        var answer = (await _api.GetAsync($"/v1/data/export/{dataset}?{query}")).ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("application/x-ndjson");
        answer.Message.Headers.GetValues("X-EventStore-Sequence").ShouldBe([sequence.ToString()]);
        Equal(answer.Lines, _model.AsOf(sequence).Values.Where(document => types?.Contains((string)document["_type"]!) ?? true));
    }

    private static void Equal(IEnumerable<JsonNode?> actual, IEnumerable<JsonObject> expected)
    {
        var array = new JsonArray(actual.Select(node => node!.DeepClone()).ToArray());
        var model = new JsonArray(expected.Select(node => node.DeepClone()).ToArray());
        JsonNode.DeepEquals(array, model).ShouldBeTrue($"{array}\nshould be\n{model}");
    }
}
