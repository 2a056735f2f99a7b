using System.Net;
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
    private readonly AssetCalls _assets = new(server);

    [Fact]
    public async Task An_image_becomes_a_document_and_a_file()
    {
        var dataset = await _api.CreateDatasetAsync();
        var pictures = new Pictures(Seed);
        foreach (var format in Pictures.Formats.Concat(Pictures.Formats).Concat(Pictures.Formats))
        {
            var picture = pictures.Make(format);
            var sha1 = Hex(SHA1.HashData(picture.Bytes));
            var answer = (await _assets.UploadAsync(
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
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(index => _assets.UploadAsync("images", dataset, picture, $"label={index}")));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Json["document"]!.ToJsonString()).Distinct().Count().ShouldBe(1);
        var again = await _assets.UploadAsync("images", dataset, picture, "label=later");
        again.Text.ShouldBe(answers[0].Text);
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions?effectFormat=mendoza")).Lines
            .Count(line => line["effects"]!.AsObject().Count > 0).ShouldBe(1);

        var asFile = (await _assets.UploadAsync("files", dataset, picture, "filename=a.png")).Json["document"]!;
        ((string)asFile["_id"]!).ShouldBe($"file-{Hex(SHA1.HashData(picture))}-png");
        AssetCalls.FilesIn(_assets.FolderOf(dataset)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Parts_conditions_and_names_of_downloads()
    {
        var dataset = await _api.CreateDatasetAsync("public");
        var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 50_000).Select(number => $"{number:D6}")));
        var url = (string)(await _assets.UploadAsync("files", dataset, content, "filename=numbers.txt")).Json["document"]!["url"]!;
        var random = new Random(Seed);
        using var client = server.CreateAnonymousClient();
        for (var round = 0; round < 100; round++)
        {
            var from = random.Next(content.Length);
            var to = random.Next(from, content.Length + 1000);
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Range = random.Next(3) switch { 0 => new(from, null), 1 => new(null, from + 1), _ => new(from, to) };
            var range = request.Headers.Range.Ranges.Single();
            var end = (int)Math.Min(content.Length, (range.To + 1) ?? content.Length);
            var expected = range.From is null ? content[^(from + 1)..] : content[from..end];
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
        var named = await AskAsync(HttpMethod.Get, "X", "y", "?dl=..%2F..%2Fbl%C3%A5.txt");
        named.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("blå.txt");
    }

    [Fact]
    public async Task Pages_of_an_uploader_do_not_run_on_this_server()
    {
        var dataset = await _api.CreateDatasetAsync("public");
        var pages = new[]
        {
            ("a.html", "text/html"), ("a.svg", "image/svg+xml"), ("a.xhtml", "image/png"), ("a.js", ""), ("a", "text/html"),
            ("a.xml", "text/plain"),
        };
        foreach (var (name, type) in pages)
        {
            var content = Encoding.UTF8.GetBytes($"<script>alert('{name}')</script>");
            var url = (string)(await _assets.UploadAsync("files", dataset, content, $"filename={name}", type)).Json["document"]!["url"]!;
            using var file = await _api.Client.GetAsync(url);
            file.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment", name);
            file.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox", Case.Sensitive, name);
            file.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        }
    }

    [Fact]
    public async Task A_deleted_asset_is_history()
    {
        var dataset = await _api.CreateDatasetAsync("public");
        var picture = new Pictures(Seed).Make("gif").Bytes;
        var document = (await _assets.UploadAsync("images", dataset, picture)).Json["document"]!;
        var (id, path) = ((string)document["_id"]!, "/" + (string)document["path"]!);
        using var anonymous = server.CreateAnonymousClient();
        (await anonymous.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _api.MutateAsync(dataset, $$$"""{"delete":{"id":"{{{id}}}"}}""")).ShouldBe(HttpStatusCode.OK);
        (await anonymous.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _api.Client.GetByteArrayAsync(path)).ShouldBe(picture);

        (await _assets.UploadAsync("images", dataset, picture)).ShouldBe(HttpStatusCode.OK);
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
            (await _assets.UploadAsync("images", kept, picture)).ShouldBe(HttpStatusCode.OK);
            (await _assets.UploadAsync("images", deleted, picture)).ShouldBe(HttpStatusCode.OK);
        }

        var path = "/" + (string)(await _assets.UploadAsync("files", deleted, [1])).Json["document"]!["path"]!;
        var folder = _assets.FolderOf(deleted);
        AssetCalls.FilesIn(folder).Count.ShouldBe(Pictures.Formats.Length + 1);
        (await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{deleted}", "")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync(path)).ShouldBeBoom(HttpStatusCode.NotFound);
        for (var attempt = 0; attempt < 600 && AssetCalls.FilesIn(folder).Count > 0; attempt++)
        {
            await Task.Delay(50);
        }

        AssetCalls.FilesIn(folder).ShouldBeEmpty();
        AssetCalls.FilesIn(_assets.FolderOf(kept)).Count.ShouldBe(Pictures.Formats.Length);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string MimeTypeOf(string format) =>
        format switch { "jpg" => "image/jpeg", "svg" => "image/svg+xml", _ => $"image/{format}" };
}
