using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Assets;

/// <summary>Uploads, their documents and their files.</summary>
[Collection(HttpCollection.Name)]
public sealed class AssetTests(TestServer server)
{
    private const int Seed = 40_414;

    private readonly Api _api = new(server);

    [Fact]
    public async Task An_image_becomes_a_document_and_a_file()
    {
        var dataset = await _api.CreateDatasetAsync();
        var pictures = new Pictures(Seed);
        foreach (var format in Pictures.Formats.Concat(Pictures.Formats).Concat(Pictures.Formats))
        {
            var picture = pictures.Make(format);
            var sha1 = Hex(SHA1.HashData(picture.Bytes));
            var answer = (await UploadAsync(
                "images", dataset, picture.Bytes, "filename=C:%5Cpics%5Cå.x&label=L&title=T&description=D&creditLine=C"
                + "&sourceId=1&sourceName=n&sourceUrl=u&meta=palette&meta=lqip,blurhash&tag=t")).ShouldBe(HttpStatusCode.OK);
            answer.ContentType.ShouldBe("application/json");
            var document = answer.Json["document"]!;
            var name = $"{sha1}-{picture.Width}x{picture.Height}.{format}";
            var path = $"images/{TestServer.ProjectId}/{dataset}/{name}";
            ((string)document["uploadId"]!).Length.ShouldBe(32);
            ((double)document["metadata"]!["dimensions"]!["aspectRatio"]!).ShouldBe((double)picture.Width / picture.Height);
            var expected = new Dictionary<string, object>
            {
                ["_id"] = $"image-{name.Replace('.', '-')}",
                ["_type"] = "sanity.imageAsset",
                ["assetId"] = sha1,
                ["sha1hash"] = sha1,
                ["extension"] = format,
                ["mimeType"] = MimeTypeOf(format),
                ["originalFilename"] = "å.x",
                ["path"] = path,
                ["url"] = new Uri(server.Host.Address, path).ToString(),
                ["label"] = "L",
                ["title"] = "T",
                ["description"] = "D",
                ["creditLine"] = "C",
            };
            expected.Keys.Select(key => (string)document[key]!).ShouldBe(expected.Values.Cast<string>());
            ((long)document["size"]!).ShouldBe(picture.Bytes.Length);
            document["source"]!.ToJsonString().ShouldBe("""{"id":"1","name":"n","url":"u"}""");
            ((int)document["metadata"]!["dimensions"]!["width"]!).ShouldBe(picture.Width);
            ((bool)document["metadata"]!["hasAlpha"]!).ShouldBe(picture.HasAlpha);
            ((bool)document["metadata"]!["isOpaque"]!).ShouldBe(!picture.HasAlpha);
            var read = await _api.GetAsync($"/v1/data/doc/{dataset}/{expected["_id"]}");
            read.Json["documents"]![0]!.ToJsonString().ShouldBe(document.ToJsonString());

            using var client = server.CreateAnonymousClient();
            using var file = await client.GetAsync($"/{path}?w=100&fm=webp");
            file.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await file.Content.ReadAsByteArrayAsync()).ShouldBe(picture.Bytes);
            file.Content.Headers.ContentType!.MediaType.ShouldBe(MimeTypeOf(format));
            file.Headers.GetValues("x-sanity-sha1").ShouldBe([sha1]);
            file.Headers.GetValues("x-sanity-md5").ShouldBe([Hex(MD5.HashData(picture.Bytes))]);
            file.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            file.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
            (file.Content.Headers.ContentDisposition?.DispositionType == "attachment").ShouldBe(format == "svg");
        }
    }

    [Fact]
    public async Task The_same_content_is_one_asset_and_one_transaction()
    {
        var dataset = await _api.CreateDatasetAsync();
        var picture = new Pictures(Seed).Make("png").Bytes;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => UploadAsync("images", dataset, picture, $"label={index}")));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Json["document"]!.ToJsonString()).Distinct().Count().ShouldBe(1);
        var again = await UploadAsync("images", dataset, picture, "label=later");
        again.Text.ShouldBe(answers[0].Text);
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions?effectFormat=mendoza")).Lines
            .Count(line => line["effects"]!.AsObject().Count > 0).ShouldBe(1);

        var asFile = (await UploadAsync("files", dataset, picture, "filename=a.png")).Json["document"]!;
        ((string)asFile["_id"]!).ShouldBe($"file-{Hex(SHA1.HashData(picture))}-png");
        FilesIn(FolderOf(dataset)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Parts_conditions_and_names_of_downloads()
    {
        var dataset = await _api.CreateDatasetAsync("public");
        var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 50_000).Select(number => $"{number:D6}")));
        var url = (string)(await UploadAsync("files", dataset, content, "filename=numbers.txt")).Json["document"]!["url"]!;
        var random = new Random(Seed);
        using var client = server.CreateAnonymousClient();
        for (var round = 0; round < 100; round++)
        {
            var from = random.Next(content.Length);
            var to = random.Next(from, content.Length + 1000);
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Range = random.Next(3) switch { 0 => new(from, null), 1 => new(null, from + 1), _ => new(from, to) };
            var range = request.Headers.Range.Ranges.Single();
            var expected = range.From is null ? content[^(from + 1)..] : content[from..(int)Math.Min(content.Length, (range.To + 1) ?? content.Length)];
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
            (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(expected, $"seed {Seed}, {request.Headers.Range}");
            answer.Content.Headers.ContentRange!.Length.ShouldBe(content.Length);
        }

        async Task<HttpResponseMessage> AskAsync(HttpMethod method, string name, string value, string query = "")
        {
            var request = new HttpRequestMessage(method, url + query);
            request.Headers.TryAddWithoutValidation(name, value);
            return await client.SendAsync(request);
        }

        (await AskAsync(HttpMethod.Get, "Range", "bytes=300000-")).StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        foreach (var ignored in new[] { "bytes=0-1,4-5", "lines=1-2", "bytes=x", "bytes=5-1" })
        {
            (await AskAsync(HttpMethod.Get, "Range", ignored)).StatusCode.ShouldBe(HttpStatusCode.OK, ignored);
        }

        var head = await AskAsync(HttpMethod.Head, "Range", "bytes=0-1");
        (head.StatusCode, head.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, content.Length));
        var tag = head.Headers.ETag!.ToString();
        (await AskAsync(HttpMethod.Get, "If-None-Match", $"\"a\", {tag}")).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await AskAsync(HttpMethod.Get, "If-None-Match", "\"a\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var plain = await AskAsync(HttpMethod.Get, "X", "y");
        plain.Content.Headers.ContentDisposition.ShouldBeNull();
        plain.Headers.CacheControl!.ToString().ShouldContain("immutable");
        (await AskAsync(HttpMethod.Get, "X", "y", "?dl=")).Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("numbers.txt");
        (await AskAsync(HttpMethod.Get, "X", "y", "?dl=..%2F..%2Fbl%C3%A5.txt")).Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("blå.txt");
    }

    [Fact]
    public async Task Pages_of_an_uploader_do_not_run_on_this_server()
    {
        var dataset = await _api.CreateDatasetAsync("public");
        foreach (var (name, type) in new[] { ("a.html", "text/html"), ("a.svg", "image/svg+xml"), ("a.xhtml", "image/png"), ("a.js", ""), ("a", "text/html"), ("a.xml", "text/plain") })
        {
            var content = Encoding.UTF8.GetBytes($"<script>alert('{name}')</script>");
            var url = (string)(await UploadAsync("files", dataset, content, $"filename={name}", type)).Json["document"]!["url"]!;
            using var file = await _api.Client.GetAsync(url);
            file.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment", name);
            file.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox", Case.Sensitive, name);
            file.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        }
    }

    [Fact]
    public async Task What_is_no_upload_is_refused_and_leaves_nothing()
    {
        var dataset = await _api.CreateDatasetAsync();
        var png = new Pictures(Seed).Make("png").Bytes;
        (await UploadAsync("images", dataset, [])).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await UploadAsync("images", dataset, png[..^1])).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await UploadAsync("images", dataset, png, "", "image/jpeg")).ShouldBeDescribed(HttpStatusCode.UnsupportedMediaType);
        (await UploadAsync("images", dataset, png, "", "text/html")).ShouldBeDescribed(HttpStatusCode.UnsupportedMediaType);
        (await UploadAsync("images", dataset, png, "", "nonsense")).ShouldBeDescribed(HttpStatusCode.UnsupportedMediaType);
        (await UploadAsync("images", dataset, png, "filename=%00")).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await UploadAsync("images", dataset, png, $"title={new string('t', 1001)}")).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await UploadAsync("images", dataset, png, "label=a&label=b")).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await UploadAsync("images", dataset, png, "meta=everything")).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await UploadAsync("images", "no-such-dataset", png)).ShouldBeDescribed(HttpStatusCode.NotFound);
        (await _api.GetAsync($"/v1/data/export/{dataset}")).Text.ShouldBeEmpty();
        FilesIn(FolderOf(dataset)).ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(server.Host.Settings.DataFolder, "spool")).ShouldBeEmpty();

        foreach (var path in new[] { "images/test/x", $"images/test/{dataset}/x", $"images/test/{dataset}/{new string('0', 40)}-1x1.png", $"files/nobody/{dataset}/{new string('0', 40)}.png", $"files/test/{dataset}/..%2f..%2fserver.lock" })
        {
            (await _api.GetAsync($"/{path}")).ShouldBeBoom(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_deleted_asset_is_history()
    {
        var dataset = await _api.CreateDatasetAsync("public");
        var picture = new Pictures(Seed).Make("gif").Bytes;
        var document = (await UploadAsync("images", dataset, picture)).Json["document"]!;
        var (id, path) = ((string)document["_id"]!, "/" + (string)document["path"]!);
        using var anonymous = server.CreateAnonymousClient();
        (await anonymous.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _api.MutateAsync(dataset, $$$"""{"delete":{"id":"{{{id}}}"}}""")).ShouldBe(HttpStatusCode.OK);
        (await anonymous.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _api.Client.GetByteArrayAsync(path)).ShouldBe(picture);

        (await UploadAsync("images", dataset, picture)).ShouldBe(HttpStatusCode.OK);
        (await anonymous.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Contents_go_with_their_dataset_and_with_no_other()
    {
        var (kept, deleted) = (await _api.CreateDatasetAsync(), await _api.CreateDatasetAsync());
        var pictures = new Pictures(Seed);
        foreach (var format in Pictures.Formats)
        {
            var picture = pictures.Make(format).Bytes;
            (await UploadAsync("images", kept, picture)).ShouldBe(HttpStatusCode.OK);
            (await UploadAsync("images", deleted, picture)).ShouldBe(HttpStatusCode.OK);
        }

        var path = "/" + (string)(await UploadAsync("files", deleted, [1])).Json["document"]!["path"]!;
        var folder = FolderOf(deleted);
        FilesIn(folder).Count.ShouldBe(Pictures.Formats.Length + 1);
        (await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{deleted}", "")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync(path)).ShouldBeBoom(HttpStatusCode.NotFound);
        for (var attempt = 0; attempt < 600 && FilesIn(folder).Count > 0; attempt++)
        {
            await Task.Delay(50);
        }

        FilesIn(folder).ShouldBeEmpty();
        FilesIn(FolderOf(kept)).Count.ShouldBe(Pictures.Formats.Length);
    }

    [Theory]
    [InlineData("files")]
    [InlineData("images")]
    public async Task An_upload_that_breaks_off_leaves_nothing(string folder)
    {
        var dataset = await _api.CreateDatasetAsync();
        var spool = Path.Combine(server.Host.Settings.DataFolder, "spool");
        for (var round = 0; round < 5; round++)
        {
            using (var client = new TcpClient())
            {
                await client.ConnectAsync(server.Host.Address.Host, server.Host.Address.Port);
                var framing = round % 2 == 0 ? "Content-Length: 3000000" : "Transfer-Encoding: chunked";
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /v1/assets/{folder}/{dataset} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.Host.RootToken.Text}\r\n"
                    + $"{framing}\r\n\r\n" + (round % 2 == 0 ? "" : "186A0\r\n")));
                await client.GetStream().WriteAsync(new byte[100_000]);
                for (var attempt = 0; attempt < 200 && FilesIn(spool).Count == 0; attempt++)
                {
                    await Task.Delay(20);
                }

                FilesIn(spool).ShouldNotBeEmpty("the upload has begun");
                client.LingerState = new(round % 3 == 0, 0);
            }

            for (var attempt = 0; attempt < 200 && FilesIn(spool).Count > 0; attempt++)
            {
                await Task.Delay(20);
            }

            FilesIn(spool).ShouldBeEmpty();
        }

        FilesIn(FolderOf(dataset)).ShouldBeEmpty();
        (await _api.GetAsync($"/v1/data/export/{dataset}")).Text.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.1:1234", "http://127.0.0.1:1234/")]
    [InlineData("content.example.org", "http://content.example.org/")]
    [InlineData("test.localhost:1234", "http://localhost:1234/")]
    [InlineData("test.localhost", "http://localhost/")]
    [InlineData("test.api.sanity.io", "the server")]
    public async Task The_address_in_a_document_leads_to_this_server(string host, string expected)
    {
        var dataset = await _api.CreateDatasetAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/assets/files/{dataset}") { Content = new ByteArrayContent([1]) };
        request.Headers.Host = host;
        var answer = (await Answer.ReadAsync(await _api.Client.SendAsync(request))).ShouldBe(HttpStatusCode.OK);
        var start = expected == "the server" ? server.Host.Address.ToString() : expected;
        ((string)answer.Json["document"]!["url"]!).ShouldStartWith(start + "files/");
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string MimeTypeOf(string format) => format switch { "jpg" => "image/jpeg", "svg" => "image/svg+xml", _ => $"image/{format}" };

    private static IReadOnlyList<string> FilesIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
        }
        catch (DirectoryNotFoundException)
        {
            return FilesIn(folder);
        }
    }

    /// <summary>Where the contents of a dataset are kept.</summary>
    private string FolderOf(string dataset) =>
        Path.Combine(server.Host.Settings.DataFolder, "blobs", "assets", NumberOf(dataset));

    private string NumberOf(string dataset)
    {
        using var source = Npgsql.NpgsqlDataSource.Create(server.ConnectionString);
        using var command = source.CreateCommand("select number::text from eventstore.dataset where name = $1");
        command.Parameters.Add(new() { Value = dataset });
        return (string)command.ExecuteScalar()!;
    }

    private async Task<Answer> UploadAsync(string folder, string dataset, byte[] content, string query = "", string type = "")
    {
        using var body = new ByteArrayContent(content);
        if (type.Length > 0)
        {
            body.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await Answer.ReadAsync(await _api.Client.PostAsync($"/v1/assets/{folder}/{dataset}?{query}", body));
    }
}
