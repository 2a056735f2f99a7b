using System.Net;
using System.Security.Cryptography;
using System.Text;
using EventStore.Testing;

namespace EventStore.Server.Tests.Access;

/// <summary>Who may make assets, and who gets their files.</summary>
public sealed class AssetAccessTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Svg = """<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"/>""";

    [Fact]
    public async Task Who_may_create_the_document_may_upload()
    {
        var stage = await Stage.CreateAsync(server);
        await stage.CreateRoleAsync(
            "files-only",
            """ "title":"f","documents":[{"filter":"_type == \"sanity.fileAsset\" && size < 100","permissions":["create"]}] """);
        await stage.CreateRoleAsync(
            "drafts-only",
            """ "title":"d","documents":[{"filter":"_id in path(\"drafts.**\")","permissions":["read","create","update"]}] """);
        var rights = new[]
        {
            ("editor", true, true), ("viewer", false, false), ("contributor", false, false), ("files-only", false, true),
            ("drafts-only", false, false),
        };
        foreach (var (role, image, file) in rights)
        {
            (await UploadAsync(stage, role, "images", Svg)).ShouldBe(image ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
            (await UploadAsync(stage, role, "files", role)).ShouldBe(file ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        }

        // Refused for what would be in the document, before anything is kept.
        var large = new string('x', 100);
        (await UploadAsync(stage, "files-only", "files", large)).ShouldBeDescribed(HttpStatusCode.Forbidden);
        var name = Sha1(large);
        Directory.GetFiles(Path.Combine(server.Host.Settings.DataFolder, "blobs"), name, SearchOption.AllDirectories).ShouldBeEmpty();

        // May make it and may not read it: the answer has the id alone, also of what another has made.
        foreach (var content in new[] { "files-only", "editor" })
        {
            var answer = (await UploadAsync(stage, "files-only", "files", content)).ShouldBe(HttpStatusCode.OK);
            answer.Json["document"]!.ToJsonString().ShouldBe($$"""{"_id":"file-{{Sha1(content)}}-bin","_type":"sanity.fileAsset"}""");
        }
    }

    [Fact]
    public async Task A_file_is_for_who_has_its_name_and_history_for_who_may_see_it()
    {
        var stage = await Stage.CreateAsync(server);
        var document = (await UploadAsync(stage, "editor", "files", "secret")).Json["document"]!;
        var path = "/" + (string)document["path"]!;
        (await stage.SendAsync(null, HttpMethod.Get, path)).Text.ShouldBe("secret");
        (await stage.MutateAsync("editor", Stage.Closed, $$$"""{"delete":{"id":"{{{document["_id"]}}}"}}""")).ShouldBe(HttpStatusCode.OK);
        (await stage.SendAsync(null, HttpMethod.Get, path)).ShouldBeBoom(HttpStatusCode.NotFound);
        (await stage.SendAsync(await stage.TokenAsync("deploy-studio"), HttpMethod.Get, path)).ShouldBeBoom(HttpStatusCode.NotFound);
        (await stage.SendAsync(await stage.TokenAsync("viewer"), HttpMethod.Get, path)).Text.ShouldBe("secret");
        var other = await Stage.CreateAsync(server);
        (await stage.SendAsync(await other.TokenAsync("administrator"), HttpMethod.Get, path)).ShouldBeBoom(HttpStatusCode.NotFound);
        var elsewhere = path.Replace($"/{Stage.Closed}/", $"/{Stage.Open}/");
        (await stage.SendAsync(await stage.TokenAsync("administrator"), HttpMethod.Get, elsewhere)).ShouldBeBoom(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_closed_project_neither_takes_nor_gives_files()
    {
        var stage = await Stage.CreateAsync(server);
        var path = "/" + (string)(await UploadAsync(stage, "editor", "files", "content")).Json["document"]!["path"]!;
        (await stage.AsRootAsync(HttpMethod.Patch, $"/v1/projects/{stage.ProjectId}", """{"isDisabled":true}"""))
            .ShouldBe(HttpStatusCode.OK);
        (await stage.SendAsync(null, HttpMethod.Get, path)).ShouldBeBoom(HttpStatusCode.Forbidden);
        (await UploadAsync(stage, "editor", "files", "more")).ShouldBeDescribed(HttpStatusCode.Forbidden);
    }

    private static string Sha1(string content) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(content)));

    private async Task<Http.Answer> UploadAsync(Stage stage, string role, string folder, string content)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(server.Host.Address, stage.Path($"/assets/{folder}/{Stage.Closed}")))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content)),
        };
        request.Headers.Authorization = new("Bearer", await stage.TokenAsync(role));
        using var client = new HttpClient();
        return await Http.Answer.ReadAsync(await client.SendAsync(request));
    }
}
