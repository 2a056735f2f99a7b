using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Assets;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Backups;

/// <summary>Backups of datasets, from outside.</summary>
public sealed class BackupTests(TestServer server, ITestOutputHelper output) : IClassFixture<TestServer>
{
    private readonly Api _api = new(server);
    private readonly BackupCalls _backups = new(server.Client);

    [Fact]
    public async Task Each_of_many_backups_has_the_documents_of_its_moment_and_proves_it()
    {
        var dataset = await _api.CreateDatasetAsync();
        var made = new List<(string Id, string Export)>();
        var end = 0;
        foreach (var count in new[] { 0, 700, 3, 40, 5, 1, 0, 300, 2, 2, 2 })
        {
            await _backups.ImportAsync(dataset, BackupCalls.History(end + 1, end + count, 500));
            end += count;
            made.Add((await _backups.CreateAsync(dataset), await server.Client.GetStringAsync($"/v1/data/export/{dataset}")));
        }

        (await _backups.IdsAsync(dataset)).ShouldBe(made.Select(backup => backup.Id).Reverse());
        foreach (var (id, export) in made)
        {
            (await _backups.DocumentsAsync(dataset, id)).ShouldBe(export);
            (await _backups.FilesAsync(dataset, id)).Select(file => file.Type).Distinct().ShouldBeSubsetOf(["document"]);
            var certificate = (await _backups.VerifyAsync(dataset, id))["certificate"].ShouldNotBeNull();
            ((long)certificate["documents"]!).ShouldBe(export.Count(letter => letter == '\n'));
        }

        var verified = await VerifyLogAsync(dataset);
        var last = (await _backups.VerifyAsync(dataset, made[^1].Id))["certificate"]!;
        ((string)last["chainDigest"]!).ShouldBe((string)verified["digest"]!);
        ((long)last["sequence"]!).ShouldBe(end);
    }

    [Fact]
    public async Task A_backup_after_one_percent_of_changes_adds_at_most_five_percent()
    {
        var transactions = LongFactAttribute.IsEnabled ? 1_000_000 : 100_000;
        var documents = transactions / 10;
        var dataset = await _api.CreateDatasetAsync();
        const int portion = 20_000;
        for (var from = 1; from <= transactions; from += portion)
        {
            await _backups.ImportAsync(dataset, BackupCalls.History(from, from + portion - 1, documents));
        }

        await _backups.CreateAsync(dataset);
        for (var day = 0; day < 3; day++)
        {
            var end = transactions + (day * transactions / 100);
            await _backups.ImportAsync(dataset, BackupCalls.History(end + 1, end + (transactions / 100), documents));
            await _backups.CreateAsync(dataset);
        }

        var written = (await _backups.ListAsync(dataset)).Select(backup => (long)backup["writtenBytes"]!).Reverse().ToList();
        output.WriteLine($"{transactions} transactions, bytes written: {string.Join(", ", written)}");
        ((double)written[1] / written[0]).ShouldBeLessThanOrEqualTo(0.05, string.Join(", ", written));
        written[2..].ShouldAllBe(bytes => bytes < written[0] / 10);
        (await _backups.VerifyAsync(dataset, (await _backups.IdsAsync(dataset))[0]))["certificate"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Assets_are_copied_once_and_outlive_their_dataset_with_the_backups()
    {
        var dataset = await _api.CreateDatasetAsync();
        var assets = new AssetCalls(server);
        var content = "the content of a file"u8.ToArray();
        var uploaded = await assets.UploadAsync("files", dataset, content, "filename=a.txt", "text/plain");
        var id = (string)uploaded.Json["document"]!["_id"]!;
        var show = $$"""{"asset":{"_ref":"{{id}}","_type":"reference"},"_type":"file"}""";
        await _api.MutateAsync(dataset, $$$"""{"create":{"_id":"shows","_type":"t","file":{{{show}}},"n":1.0}}""");
        var first = await _backups.CreateAsync(dataset);
        await _api.MutateAsync(dataset, """{"create":{"_id":"later","_type":"t"}}""");
        var second = await _backups.CreateAsync(dataset);
        var folder = Path.Combine(server.Host.Settings.DataFolder, "blobs", "backups", assets.NumberOf(dataset));
        AssetCalls.FilesIn(folder).Count(file => new FileInfo(file).Length == content.Length).ShouldBe(1);

        await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{dataset}", "");
        await _api.SendAsync(HttpMethod.Put, $"/v1/datasets/{dataset}", "{}");
        (await _backups.IdsAsync(dataset)).ShouldBe([second, first]);
        await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{dataset}", "");
        (await _backups.IdsAsync(dataset)).ShouldBe([second, first]);
        var files = await _backups.FilesAsync(dataset, first);
        files.Select(file => file.Type).ShouldBe(["file", "document"]);
        using var anonymous = server.CreateAnonymousClient();
        (await anonymous.GetByteArrayAsync(files[0].Url)).ShouldBe(content);
        var document = await anonymous.GetStringAsync(files[1].Url);
        document.ShouldContain($$"""{"_sanityAsset":"file@file://./files/{{files[0].Name}}","_type":"file"}""");
        document.ShouldContain("\"n\":1.0");
        (await _backups.VerifyAsync(dataset, second))["certificate"].ShouldNotBeNull();

        (await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{dataset}/backups/{first}", "")).ShouldBe(HttpStatusCode.OK);
        (await _backups.VerifyAsync(dataset, second))["certificate"].ShouldNotBeNull();
        (await _api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{dataset}/backups/{second}", "")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync($"/v1/datasets/{dataset}/backups")).ShouldBeBoom(HttpStatusCode.NotFound);
        while (AssetCalls.FilesIn(folder).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        using var late = await anonymous.GetAsync(files[1].Url);
        late.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Lists_are_cut_by_number_and_time_in_both_spellings()
    {
        var dataset = await _api.CreateDatasetAsync();
        var ids = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            ids.Insert(0, await _backups.CreateAsync(dataset));
        }

        var times = (await _backups.ListAsync(dataset)).Select(backup => (string)backup["createdAt"]!).ToList();
        (await _backups.IdsAsync(dataset, "?limit=2")).ShouldBe(ids[..2]);
        (await _backups.IdsAsync(dataset, $"?after={times[1]}")).ShouldBe(ids[..2]);
        (await _backups.IdsAsync(dataset, $"?before={times[1]}")).ShouldBe(ids[2..]);
        (await _backups.IdsAsync(dataset, "?after=2099-01-01")).ShouldBeEmpty();
        var list = await _backups.GetAsync($"/v1/projects/{TestServer.ProjectId}/datasets/{dataset}/backups");
        ((long)list["limit"]!).ShouldBe(30);
        ((string)list["backups"]![0]!["id"]!).ShouldMatch("^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f-]{36}$");
        foreach (var query in new[] { "?limit=0", "?limit=1001", "?limit=x", "?after=yesterday", "?before=1" })
        {
            (await _api.GetAsync($"/v1/datasets/{dataset}/backups{query}")).ShouldBeBoom(HttpStatusCode.BadRequest);
        }

        (await _api.GetAsync($"/v1/datasets/{dataset}/backups/{ids[0]}?nextCursor=!")).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await _api.GetAsync($"/v1/datasets/{dataset}/backups/2026-01-01-x")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.GetAsync("/v1/datasets/missing/backups")).ShouldBeBoom(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Settings_are_kept_and_what_is_no_setting_is_refused()
    {
        var dataset = await _api.CreateDatasetAsync();
        var path = $"/v1/projects/{TestServer.ProjectId}/datasets/{dataset}/settings/backups";
        ((bool)(await _backups.GetAsync(path))["enabled"]!).ShouldBeFalse();
        (await _api.SendAsync(HttpMethod.Put, path, """{"enabled":true,"time":"23:30","dailyDays":7,"weeklyDays":0}"""))
            .Status.ShouldBe(HttpStatusCode.NoContent);
        (await _api.SendAsync(HttpMethod.Put, path, """{"enabled":true}""")).Status.ShouldBe(HttpStatusCode.NoContent);
        var settings = await _backups.GetAsync($"/v1/datasets/{dataset}/settings/backups");
        ((string)settings["time"]!).ShouldBe("23:30");
        ((int)settings["dailyDays"]!).ShouldBe(7);
        ((string)settings["nextBackupAt"]!).ShouldContain("T23:30:00");
        foreach (var body in new[]
        {
            "{}", """{"enabled":"yes"}""", """{"enabled":true,"time":"24:00"}""", """{"enabled":true,"dailyDays":0}""",
            """{"enabled":true,"weeklyDays":-1}""", "[]",
        })
        {
            (await _api.SendAsync(HttpMethod.Put, path, body)).ShouldBeBoom(HttpStatusCode.BadRequest);
        }

        await _api.SendAsync(HttpMethod.Put, path, """{"enabled":false}""");
        (await _backups.GetAsync(path))["nextBackupAt"].ShouldBeNull();
    }

    private async Task<JsonNode> VerifyLogAsync(string dataset)
    {
        using var answer = await server.Client.PostAsync($"/v1/data/verify/{dataset}", new StringContent("", Encoding.UTF8));
        var text = await answer.Content.ReadAsStringAsync();
        return JsonNode.Parse(text.TrimEnd().Split('\n')[^1])!["verified"].ShouldNotBeNull(text);
    }
}
