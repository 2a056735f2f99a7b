using System.IO.Compression;
using System.Net;
using System.Text;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>Importing streams of transactions.</summary>
[Collection(HttpCollection.Name)]
public sealed class ImportTests(TestServer server)
{
    private const int Seed = 11;
    private const int Length = 1200;
    private const string Head = """{"id":"t1","timestamp":"2020-01-01T00:00:00Z","author":"a","mutations":""";

    private readonly Api _api = new(server);
    private readonly ModelLog _model = new(Seed, Length);

    [Fact]
    public async Task A_history_moves_whole_and_is_resumed_where_it_stopped()
    {
        var first = await _api.CreateDatasetAsync();
        var part = string.Concat(_model.Transactions.Take(700).Select(transaction => transaction.ImportLine + "\n"));
        Expect(await ImportAsync(first, Encoding.UTF8.GetBytes(part)), 700, 700, 0);
        Expect(await ImportAsync(first, Encoding.UTF8.GetBytes(_model.ImportLines)), Length, Length - 700, 700);

        // What the transactions endpoint gives, compressed, with blank lines and the ends of other systems.
        var stream = (await _api.GetAsync($"/v1/data/history/{first}/transactions?effectFormat=mendoza")).Text;
        var second = await _api.CreateDatasetAsync();
        Expect(await ImportAsync(second, Gzip(Encoding.UTF8.GetBytes("\n \r\n" + stream.Replace("\n", "\r\n")))), Length + 2, Length, 0);
        (await _api.GetAsync($"/v1/data/history/{second}/transactions?effectFormat=mendoza")).Text.ShouldBe(stream);
        (await _api.GetAsync($"/v1/data/export/{second}")).Text.ShouldBe((await _api.GetAsync($"/v1/data/export/{first}")).Text);
        var digests = new List<string>();
        foreach (var dataset in new[] { first, second })
        {
            digests.Add((await _api.PostAsync($"/v1/data/verify/{dataset}", "")).Lines[^1]["verified"]!["digest"]!.ToJsonString());
        }

        digests[0].ShouldBe(digests[1]);
    }

    [Fact]
    public async Task A_bad_line_is_named_and_what_precedes_it_is_kept()
    {
        var dataset = await _api.CreateDatasetAsync();
        var lines = _model.Transactions.Take(900).Select(transaction => transaction.ImportLine).ToList();
        lines[800] = lines[800][..^1];
        var answer = (await ImportAsync(dataset, Encoding.UTF8.GetBytes(string.Join('\n', lines)))).ShouldBe(HttpStatusCode.OK);
        var error = answer.Lines[^1]["error"]!;
        ((int)error["line"]!).ShouldBe(801);
        ((string)error["description"]!).ShouldStartWith("Line 801: ");
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions")).Lines.Count.ShouldBe(800);
    }

    [Theory]
    [InlineData("""{"id":"t","timestamp":"2020-01-01T00:00:00Z","author":"a","mutations":[{"createSquashed":{}}]}""", "createSquashed")]
    [InlineData("""{"id":"t","timestamp":"2020-01-01T00:00:00Z","author":"a","mutations":[{"create":{"_type":"t"}}]}""", "_id")]
    [InlineData("""{"id":"t","timestamp":"2020-01-01T00:00:00Z","author":"a","mutations":[{"create":{"_id":"x","_rev":"y"}}]}""", "_type")]
    [InlineData("""{"id":"t","timestamp":"2020-01-01T00:00:00Z","author":"a"}""", "mutations")]
    [InlineData("""{"id":"t","timestamp":"2020-01-01T00:00:00Z","author":"","mutations":[]}""", "author")]
    [InlineData("""{"id":"t","timestamp":"2020-01-01T00:00:00Z","author":"\u0000","mutations":[]}""", "author")]
    [InlineData("""{"id":"t","timestamp":"yesterday","author":"a","mutations":[]}""", "timestamp")]
    [InlineData("""{"id":"not an id","timestamp":"2020-01-01T00:00:00Z","author":"a","mutations":[]}""", "transaction id")]
    [InlineData("""{"id":1,"timestamp":"2020-01-01T00:00:00Z","author":"a","mutations":[]}""", "\"id\"")]
    [InlineData("""{"error":{"description":"cut off"}}""", "not complete")]
    [InlineData("[]", "object")]
    [InlineData("{", "malformed")]
    [InlineData("\u001f\u008b", "malformed")]
    public async Task A_bad_first_line_is_an_ordinary_error(string line, string said)
    {
        var dataset = await _api.CreateDatasetAsync();
        var answer = (await ImportAsync(dataset, Encoding.UTF8.GetBytes(line))).ShouldBeDescribed(HttpStatusCode.BadRequest);
        ((int)answer.Json["error"]!["line"]!).ShouldBe(1);
        ((string)answer.Json["error"]!["description"]!).ShouldContain(said);
    }

    [Fact]
    public async Task Known_ids_with_other_content_and_times_that_run_backwards_stop_the_import()
    {
        var dataset = await _api.CreateDatasetAsync();
        const string first = Head + """[{"create":{"_id":"x","_type":"t"}}]}""";
        Expect(await ImportAsync(dataset, Encoding.UTF8.GetBytes(first)), 1, 1, 0);
        var conflict = await ImportAsync(dataset, Encoding.UTF8.GetBytes(first.Replace("\"t\"", "\"u\"")));
        conflict.ShouldBeDescribed(HttpStatusCode.Conflict).ErrorType.ShouldBe("transactionAlreadyExistsError");
        var earlier = await ImportAsync(dataset, Encoding.UTF8.GetBytes(first.Replace("t1", "t2").Replace("2020", "2019")));
        earlier.ShouldBeDescribed(HttpStatusCode.BadRequest);
        var second = first.Replace("t1", "t3").Replace("\"x\"", "\"x2\"");
        var after = await ImportAsync(dataset, Encoding.UTF8.GetBytes($"{first}\n{second}\n{first.Replace("t1", "t4")}"));
        ((int)after.Lines[^1]["error"]!["line"]!).ShouldBe(3);
        ((string)after.Lines[^1]["error"]!["type"]!).ShouldBe("documentAlreadyExistsError");
    }

    [Fact]
    public async Task A_line_that_the_log_refuses_stops_the_import_while_more_is_being_read()
    {
        var lines = _model.Transactions.Select(transaction => transaction.ImportLine).ToList();
        lines[600] = lines[600].Replace("tx-601", "tx-1");
        for (var round = 0; round < 5; round++)
        {
            var dataset = await _api.CreateDatasetAsync();
            var answer = (await ImportAsync(dataset, Encoding.UTF8.GetBytes(string.Join('\n', lines)))).ShouldBe(HttpStatusCode.OK);
            ((int)answer.Lines[^1]["error"]!["line"]!).ShouldBe(601, answer.Text);
            ((string)answer.Lines[^1]["error"]!["type"]!).ShouldBe("transactionAlreadyExistsError");
            (await CountAsync(dataset)).ShouldBe(600);
        }
    }

    [Fact]
    public async Task References_to_missing_documents_are_history_and_kept()
    {
        var dataset = await _api.CreateDatasetAsync();
        const string line = Head + """[{"create":{"_id":"x","_type":"t","to":{"_ref":"gone"}}}]}""";
        Expect(await ImportAsync(dataset, Encoding.UTF8.GetBytes(line)), 1, 1, 0);
    }

    [Fact]
    public async Task Damaged_compression_and_endless_lines_are_refused()
    {
        var dataset = await _api.CreateDatasetAsync();
        var whole = Gzip(Encoding.UTF8.GetBytes(_model.ImportLines));
        var cut = await ImportAsync(dataset, whole[..(whole.Length / 2)]);
        (cut.Status == HttpStatusCode.OK ? cut.Lines[^1] : cut.Json)["error"].ShouldNotBeNull();

        var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true))
        {
            var megabyte = Enumerable.Repeat((byte)'a', 1024 * 1024).ToArray();
            for (var index = 0; index < 300; index++)
            {
                gzip.Write(megabyte);
            }
        }

        var other = await _api.CreateDatasetAsync();
        (await ImportAsync(other, bomb.ToArray())).ShouldBeDescribed(HttpStatusCode.RequestEntityTooLarge);

        var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.ContentEncoding.Add("br");
        (await Answer.ReadAsync(await _api.Client.PostAsync($"/v1/data/import/{other}", content)))
            .ShouldBeDescribed(HttpStatusCode.UnsupportedMediaType);
        Expect(await ImportAsync(other, []), 0, 0, 0);
    }

    [Fact]
    public async Task A_client_that_leaves_stops_the_import_between_two_groups()
    {
        var dataset = await _api.CreateDatasetAsync();
        using var leave = new CancellationTokenSource();
        var body = new StalledContent(_model.Transactions.Take(650).Select(transaction => transaction.ImportLine + "\n"));
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/data/import/{dataset}") { Content = body };
        var sending = _api.Client.SendAsync(request, leave.Token);
        await WaitAsync(async () => (await CountAsync(dataset)) >= 500);
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sending);
        Expect(await ImportAsync(dataset, Encoding.UTF8.GetBytes(_model.ImportLines)), Length, null, null);
        (await _api.PostAsync($"/v1/data/verify/{dataset}", "")).Lines[^1]["verified"].ShouldNotBeNull();
    }

    private async Task<int> CountAsync(string dataset) =>
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions?excludeMutations=true")).Lines.Count;

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        for (var round = 0; round < 600 && !await condition(); round++)
        {
            await Task.Delay(50);
        }

        (await condition()).ShouldBeTrue();
    }

    private Task<Answer> ImportAsync(string dataset, byte[] body) => _api.PostAsync($"/v1/data/import/{dataset}", body);

    private static void Expect(Answer answer, int lines, int? imported, int? skipped)
    {
        answer.ShouldBe(HttpStatusCode.OK).ContentType.ShouldBe("application/x-ndjson");
        var done = answer.Lines[^1]["done"].ShouldNotBeNull(answer.Text);
        ((int)done["lines"]!).ShouldBe(lines);
        if (imported is not null)
        {
            ((int)done["imported"]!).ShouldBe(imported.Value);
            ((int)done["skipped"]!).ShouldBe(skipped!.Value);
        }
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    /// <summary>Sends lines and then nothing, without an end.</summary>
    private sealed class StalledContent(IEnumerable<string> lines) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            foreach (var line in lines)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(line), cancellationToken);
            }

            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, default);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
