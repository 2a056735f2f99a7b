using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Assets;
using EventStore.Testing;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Cli;

/// <summary>Datasets with assets go out as archives and come in again, into the same and into other datasets.</summary>
public sealed class ArchiveTests(TestServer server, ITestOutputHelper output) : IClassFixture<TestServer>, IDisposable
{
    private readonly string _folder = TemporaryFolder.Create();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Random_datasets_come_back_equal()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 4; round++)
        {
            var (source, copy) = ($"source{round}", $"copy{round}");
            await RunAsync("datasets", "create", source);
            var assets = await UploadAsync(source, random);
            await ImportDocumentsAsync(source, RandomDocuments(random, assets, random.Next(1, 150)));
            var archive = Path.Combine(_folder, $"{round}.tar.gz");

            var exported = await RunAsync("export", source, archive, "--assets");
            exported.ExitCode.ShouldBe(0, exported.Error);
            var first = await RunAsync("import", copy, archive, "--create");
            first.ExitCode.ShouldBe(0, first.Error);
            first.Output.ShouldContain($"{assets.Count} asset");
            (await ContentsAsync(copy)).ShouldBe(await ContentsAsync(source));

            var sequence = await SequenceAsync(copy);
            var second = await RunAsync("import", copy, archive);
            second.Output.ShouldStartWith("imported 0 documents (");
            second.Output.ShouldContain($"and 0 assets ({assets.Count} already there)");
            (await SequenceAsync(copy)).ShouldBe(sequence, "nothing is written that is equal");
        }
    }

    [Fact]
    public async Task An_archive_holds_the_past_with_assets_that_were_deleted_since()
    {
        await RunAsync("datasets", "create", "aged");
        var image = await UploadAsync("aged", "images", Png(8, 5));
        await MutateAsync("aged", $$$"""{"create":{{{Show("shown", image)}}}}""", "then");
        await MutateAsync("aged", $$$"""{"delete":{"id":"shown"}},{"delete":{"id":"{{{image}}}"}}""", "now");
        var archive = Path.Combine(_folder, "aged.tar.gz");

        (await RunAsync("export", "aged", "--assets", "--revision", "then", "-o", archive)).ExitCode.ShouldBe(0);
        (await RunAsync("import", "young", archive, "--create")).ExitCode.ShouldBe(0);

        (await ContentsAsync("young")).Select(document => (string)JsonNode.Parse(document)!["_id"]!).ShouldBe([image, "shown"]);
    }

    [Fact]
    public async Task Only_documents_that_differ_are_written_and_each_refused_one_has_its_reason()
    {
        var archive = Archive(
            ("data.ndjson", """
                {"_id":"a","_type":"t","n":1.0,"to":{"_ref":"b"}}
                {"_id":"b","_type":"t","to":{"_ref":"a"}}
                {"_id":"bad id","_type":"t"}
                {"_id":"dangling","_type":"t","to":{"_ref":"nowhere"}}
                {"_id":"good","_type":"t"}
                """));
        var run = await RunAsync("import", "partly", archive, "--create");
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldStartWith("imported 3 documents (0 already there, 2 refused)");
        run.Error.ShouldContain("eventstore: bad id is refused: ");
        run.Error.ShouldContain("eventstore: dangling is refused: ");

        await MutateAsync("partly", """{"patch":{"id":"b","set":{"more":1}}}""", "edit");
        var again = await RunAsync("import", "partly", archive);
        again.Output.ShouldStartWith("imported 1 document (2 already there, 2 refused)");
        (await ContentsAsync("partly")).Count(document => document.Contains("_weak")).ShouldBe(0);
    }

    [Fact]
    public async Task A_damaged_archive_changes_nothing_and_says_what_is_wrong()
    {
        var png = Png(3, 3);
        var digest = Convert.ToHexStringLower(SHA1.HashData(png));
        var shows = $$$"""{"_id":"a","_type":"t","image":{"_sanityAsset":"image@file://./images/{{{digest}}}-3x3.png"}}""";
        var whole = Archive(("x/data.ndjson", shows), ($"x/images/{digest}-3x3.png", png));
        var bytes = File.ReadAllBytes(whole);
        var damages = new (string Path, string Reason)[]
        {
            (Raw(bytes[..^9]), "damaged"),
            (Raw(bytes[..(bytes.Length / 2)]), "damaged"),
            (Raw([.. bytes[..(bytes.Length / 2)], (byte)~bytes[bytes.Length / 2], .. bytes[(bytes.Length / 2 + 1)..]]), "damaged"),
            (Raw("no archive"u8.ToArray()), "damaged"),
            (Raw(Gzip(new byte[100])), "damaged"),
            (Raw(Gzip(Unpack(bytes)[..^1024])), "damaged"),
            (Archive(("x/other.txt", "text")), "no .ndjson"),
            (Archive(("x/data.ndjson", ""), ("x/more.ndjson", "")), "more than one"),
            (Archive(("x/data.ndjson", shows)), "not in the archive"),
            (Archive(("x/data.ndjson", shows), ($"x/images/{digest}-3x3.png", "else")), "damaged"),
            (Archive(("x/data.ndjson", shows), ("../../x", "text")), "leads out"),
            (Archive(("x/data.ndjson", shows), ("x/images/../../../x", "text")), "leads out"),
            (Archive(("x/data.ndjson", shows), ("/etc/x", "text")), "leads out"),
            (Archive(("x/data.ndjson", shows.Replace("images/", "../images/"))), "not in the archive"),
            (Archive(("x/data.ndjson", shows.Replace("image@file://.", "image@https://example.org"))), "names no file"),
            (Archive(("x/data.ndjson", "{\"_id\":\"a\"}\n{\"_id\":\"a\"}")), "twice"),
            (Archive(("x/data.ndjson", "{\"_id\":\"b\",\"_type\":\"t\"}\n{\"_id\":")), "line 2"),
            (Archive(("x/data.ndjson", "[]")), "line 1"),
            (Archive(("x/data.ndjson", "{\"_id\":\"b\",\"_type\":\"t\"}"), ("x/assets.json", "[")), "assets.json"),
            (WithLink(), "no file"),
        };
        await RunAsync("datasets", "create", "untouched");
        foreach (var (path, reason) in damages)
        {
            var run = await RunAsync("import", "untouched", path);
            run.ExitCode.ShouldBe(1, reason);
            run.Error.ShouldContain(reason);
            run.Error.Trim().Split('\n').Length.ShouldBe(1, run.Error);
        }

        (await SequenceAsync("untouched")).ShouldBe("0");
        (await RunAsync("import", "untouched", whole)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Changes_are_exported_since_a_revision_as_lines_only()
    {
        await RunAsync("datasets", "create", "changing");
        await MutateAsync("changing", """{"create":{"_id":"a","_type":"t"}},{"create":{"_id":"b","_type":"t"}}""", "r1");
        await MutateAsync("changing", """{"delete":{"id":"a"}},{"create":{"_id":"c","_type":"t"}}""", "r2");
        var run = await RunAsync("export", "changing", "--since", "r1");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Lines[0].ShouldBe("""{"_deleted":true,"_id":"a"}""");
        run.Lines.Length.ShouldBe(2);
        (await RunAsync("export", "changing", "--since", "unknown")).ExitCode.ShouldBe(1);
        foreach (var options in new string[][] { ["--format", "csv"], ["--fields", "a"], ["--sample", "1"], ["--assets"] })
        {
            var refused = await RunAsync(["export", "changing", "--since", "r1", .. options]);
            refused.ExitCode.ShouldBe(1);
            refused.Error.ShouldContain("--since");
        }
    }

    private static string Show(string id, string asset) =>
        $$$$"""{"_id":"{{{{id}}}}","_type":"t","image":{"_type":"image","asset":{"_type":"reference","_ref":"{{{{asset}}}}"}}}""";

    private static List<string> RandomDocuments(Random random, IReadOnlyList<string> assets, int count)
    {
        string IdOf(int number) => (number % 5) switch { 0 => $"drafts.d{number}", 1 => $"a.d{number}", _ => $"d{number}" };
        JsonNode Value(int depth) => random.Next(depth > 3 ? 4 : 8) switch
        {
            0 => JsonNode.Parse(random.Next(2) == 0 ? "1.50" : "12345678901234567890123")!,
            1 => "blåbær \" \\ 😀 \u0001",
            2 => false,
            3 when assets.Count > 0 => new JsonObject
            {
                ["_type"] = "image",
                ["crop"] = depth,
                ["asset"] = new JsonObject { ["_type"] = "reference", ["_ref"] = assets[random.Next(assets.Count)] },
            },
            4 => new JsonObject { ["_type"] = "reference", ["_ref"] = IdOf(random.Next(count)) },
            5 => new JsonObject { ["_type"] = "reference", ["_ref"] = "nowhere", ["_weak"] = true },
            6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1))]),
            _ => new JsonObject { ["asset"] = "no reference", ["b c"] = Value(depth + 1) },
        };

        return [.. Enumerable.Range(0, count).Select(number => new JsonObject
        {
            ["_id"] = IdOf(number),
            ["_type"] = $"t{number % 3}",
            ["_createdAt"] = "2020-01-01T00:00:00Z",
            ["_updatedAt"] = "2020-01-02T00:00:00Z",
            ["one"] = Value(0),
            ["two"] = Value(0),
        }.ToJsonString())];
    }

    private async Task<IReadOnlyList<string>> UploadAsync(string dataset, Random random)
    {
        var ids = new List<string>();
        for (var number = random.Next(4); number > 0; number--)
        {
            ids.Add(await UploadAsync(dataset, "images", Png(number, random.Next(1, 90))));
            var file = new byte[random.Next(1, 300_000)];
            random.NextBytes(file);
            ids.Add(await UploadAsync(dataset, "files", file, "?filename=a%20film.mp4"));
        }

        return [.. ids.Distinct()];
    }

    private async Task<string> UploadAsync(string dataset, string folder, byte[] bytes, string query = "")
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await server.Client.PostAsync($"/v1/assets/{folder}/{dataset}{query}", content);
        answer.EnsureSuccessStatusCode();
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["document"]!["_id"]!;
    }

    private Task ImportDocumentsAsync(string dataset, IEnumerable<string> documents) =>
        MutateAsync(dataset, string.Join(',', documents.Select(document => $$$"""{"create":{{{document}}}}""")), "made");

    private async Task MutateAsync(string dataset, string mutations, string revision)
    {
        var body = $$"""{"transactionId":"{{revision}}","mutations":[{{mutations}}]}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await server.Client.PostAsync($"/v1/data/mutate/{dataset}", content);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The documents without what belongs to one place and time.</summary>
    private async Task<List<string>> ContentsAsync(string dataset)
    {
        var text = await server.Client.GetStringAsync($"/v1/data/export/{dataset}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var document = JsonNode.Parse(line)!.AsObject();
            var isAsset = ((string)document["_type"]!).StartsWith("sanity.", StringComparison.Ordinal);
            foreach (var name in isAsset ? new[] { "_rev", "_createdAt", "_updatedAt", "path", "url", "uploadId" } : ["_rev"])
            {
                document.Remove(name);
            }

            return document.ToJsonString();
        })];
    }

    private async Task<string> SequenceAsync(string dataset)
    {
        using var answer = await server.Client.GetAsync($"/v1/data/export/{dataset}");
        return answer.Headers.GetValues("X-EventStore-Sequence").Single();
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync(
        "", [.. arguments, "--url", server.Host.Address.ToString(), "--token", server.Host.RootToken.Text]);

    private string Archive(params (string Name, object Content)[] entries)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var bytes = content as byte[] ?? Encoding.UTF8.GetBytes((string)content);
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
            }
        }

        return Raw(Gzip(archive.ToArray()));
    }

    private string WithLink()
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "x/images/link") { LinkName = "/etc/passwd" });
        }

        return Raw(Gzip(archive.ToArray()));
    }

    private string Raw(byte[] bytes)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():n}.tar.gz");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Png(int width, int height) => new Pictures(width + (1000 * height)).Png(width, height).Bytes;

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] bytes)
    {
        using var unpacked = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
