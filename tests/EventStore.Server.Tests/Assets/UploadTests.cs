using System.Net;
using System.Net.Sockets;
using System.Text;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Assets;

/// <summary>Uploads that are refused or break off, and what the documents of others say of the server.</summary>
[Collection(HttpCollection.Name)]
public sealed class UploadTests(TestServer server)
{
    private const int Seed = 40_414;

    private readonly Api _api = new(server);
    private readonly AssetCalls _assets = new(server);

    [Fact]
    public async Task What_is_no_upload_is_refused_and_leaves_nothing()
    {
        var dataset = await _api.CreateDatasetAsync();
        var png = new Pictures(Seed).Make("png").Bytes;
        (await _assets.UploadAsync("images", dataset, [])).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await _assets.UploadAsync("images", dataset, png[..^1])).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await _assets.UploadAsync("images", dataset, png, "", "image/jpeg")).ShouldBeDescribed(HttpStatusCode.UnsupportedMediaType);
        (await _assets.UploadAsync("images", dataset, png, "", "text/html")).ShouldBeDescribed(HttpStatusCode.UnsupportedMediaType);
        (await _assets.UploadAsync("images", dataset, png, "", "nonsense")).ShouldBeDescribed(HttpStatusCode.UnsupportedMediaType);
        (await _assets.UploadAsync("images", dataset, png, "filename=%00")).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await _assets.UploadAsync("images", dataset, png, $"title={new string('t', 1001)}")).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await _assets.UploadAsync("images", dataset, png, "label=a&label=b")).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await _assets.UploadAsync("images", dataset, png, "meta=everything")).ShouldBeDescribed(HttpStatusCode.BadRequest);
        (await _assets.UploadAsync("images", "no-such-dataset", png)).ShouldBeDescribed(HttpStatusCode.NotFound);
        (await _api.GetAsync($"/v1/data/export/{dataset}")).Text.ShouldBeEmpty();
        AssetCalls.FilesIn(_assets.FolderOf(dataset)).ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(server.Host.Settings.DataFolder, "spool")).ShouldBeEmpty();

        var zeros = new string('0', 40);
        var paths = new[]
        {
            "images/test/x", $"images/test/{dataset}/x", $"images/test/{dataset}/{zeros}-1x1.png", $"files/nobody/{dataset}/{zeros}.png",
            $"files/test/{dataset}/..%2f..%2fserver.lock",
        };
        foreach (var path in paths)
        {
            (await _api.GetAsync($"/{path}")).ShouldBeBoom(HttpStatusCode.NotFound);
        }
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
                for (var attempt = 0; attempt < 200 && AssetCalls.FilesIn(spool).Count == 0; attempt++)
                {
                    await Task.Delay(20);
                }

                AssetCalls.FilesIn(spool).ShouldNotBeEmpty("the upload has begun");
                client.LingerState = new(round % 3 == 0, 0);
            }

            for (var attempt = 0; attempt < 200 && AssetCalls.FilesIn(spool).Count > 0; attempt++)
            {
                await Task.Delay(20);
            }

            AssetCalls.FilesIn(spool).ShouldBeEmpty();
        }

        AssetCalls.FilesIn(_assets.FolderOf(dataset)).ShouldBeEmpty();
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
}
