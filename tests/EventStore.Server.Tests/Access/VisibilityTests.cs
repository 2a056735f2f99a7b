using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Access;

/// <summary>
/// Whatever a caller may not read is in no answer: not as a document, a line, a mutation, an effect or an id. What root
/// reads, cut down by a rule written here a second time, is compared with what the caller reads.
/// </summary>
public sealed class VisibilityTests(TestServer server) : IClassFixture<TestServer>
{
    private const int Transactions = 80;
    private const int Seed = 20_261_121;

    private static readonly string[] Ids =
    [
        "a", "b", "c", "drafts.a", "drafts.b", "versions.r1.a", "versions.r1.b", "blog.a", "blog.b", "blog.deep.a", "x.y", "_.system",
    ];

    private static readonly string Everything = Grant("**", "read", "create", "update", "history", "editHistory");

    /// <summary>Roles by what they may read today and see the past of, as rules on ids.</summary>
    private static readonly Reader[] Readers =
    [
        new("all", $"{Everything}", _ => true, _ => true),
        new("blog", Grant("blog.**", "read", "history"), id => id.StartsWith("blog."), id => id.StartsWith("blog.")),
        new("blog-flat", Grant("blog.*", "read", "history"), id => id is "blog.a" or "blog.b", id => id is "blog.a" or "blog.b"),
        new("root-path", Grant("*", "read", "history"), IsRoot, IsRoot),
        new("no-history", Grant("**", "read"), _ => true, _ => false),
        new("drafts-history", $"{Grant("**", "read")},{Grant("drafts.**", "history")}", _ => true, id => id.StartsWith("drafts.")),
        new("history-unread", $"{Grant("*", "read")},{Grant("**", "history")}", IsRoot, IsRoot),
        new("either", """{"filter":"_id in path(\"x.y\") || _id in path(\"versions.r1.**\")","permissions":["read","history"]}""",
            id => id == "x.y" || id.StartsWith("versions.r1."), id => id == "x.y" || id.StartsWith("versions.r1.")),
        new("elsewhere", Grant("**", "read", "history").Replace("}", ""","dataset":"open"}"""), _ => false, _ => false),
    ];

    private static bool IsRoot(string id) => !id.Contains('.');

    private static string Grant(string path, params string[] permissions) =>
        $$"""{"filter":"_id in path(\"{{path}}\")","permissions":["{{string.Join("\",\"", permissions)}}"]}""";

    [Fact]
    public async Task Every_read_gives_what_root_reads_without_what_the_caller_may_not()
    {
        var stage = await CreateStageAsync();
        var revisions = await WriteAsync(stage, new Random(Seed));
        foreach (var reader in Readers)
        {
            await ExpectDocumentsAsync(stage, reader);
            await ExpectExportsAsync(stage, reader, revisions);
            await ExpectTransactionsAsync(stage, reader, revisions);
            await ExpectPastAsync(stage, reader, revisions);
        }
    }

    [Fact]
    public async Task A_cursor_that_was_made_up_does_not_lead_into_the_past()
    {
        var stage = await Stage.CreateAsync(server);
        var path = stage.Path($"/data/export/{Stage.Open}");
        (await stage.AsRootAsync(
            HttpMethod.Post,
            stage.Path($"/data/mutate/{Stage.Open}"),
            """{"mutations":[{"patch":{"id":"a","set":{"secret":"gone"}}},{"create":{"_id":"b","_type":"t"}}]}"""))
            .ShouldBe(HttpStatusCode.OK);
        (await stage.AsRootAsync(
            HttpMethod.Post, stage.Path($"/data/mutate/{Stage.Open}"), """{"mutations":[{"patch":{"id":"a","unset":["secret"]}}]}"""))
            .ShouldBe(HttpStatusCode.OK);
        var number = await ScalarAsync($"select number from eventstore.dataset where project_id = '{stage.ProjectId}' and name = 'open'");
        foreach (var kind in new[] { "1", "2" })
        {
            foreach (var end in new[] { "", "/", "/00", $"/{new string('0', 32)}" })
            {
                var text = $"{kind}/{number}/2/0{end}";
                var cursor = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(text));
                var answer = await stage.SendAsync(null, HttpMethod.Get, $"{path}?nextCursor={cursor}");
                new[] { HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest }.ShouldContain(answer.Status, text);
                answer.Text.ShouldNotContain("gone");
            }
        }

        (await stage.SendAsync(null, HttpMethod.Get, $"{path}?nextCursor=")).ShouldBe(HttpStatusCode.OK).Lines.Count.ShouldBe(2);
        (await stage.SendAsync(null, HttpMethod.Get, $"{path}?time=2020-01-01")).ShouldBeBoom(HttpStatusCode.Unauthorized);
    }

    private async Task<Stage> CreateStageAsync()
    {
        var stage = await Stage.CreateAsync(server);
        foreach (var reader in Readers)
        {
            await stage.CreateRoleAsync(reader.Role, $"\"documents\":[{reader.Grants}]");
        }

        (await stage.AsRootAsync(HttpMethod.Put, stage.Path("/datasets/log"), """{"aclMode":"private"}""")).ShouldBe(HttpStatusCode.OK);
        return stage;
    }

    /// <summary>Transactions on several documents at a time; some leave a document as it was.</summary>
    private static async Task<List<string>> WriteAsync(Stage stage, Random random)
    {
        var revisions = new List<string>();
        for (var index = 0; index < Transactions; index++)
        {
            var mutations = Ids.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(id => random.Next(6) switch
            {
                0 => $$$"""{"delete":{"id":"{{{id}}}"}}""",
                1 => $$$"""{"createIfNotExists":{"_id":"{{{id}}}","_type":"t{{{random.Next(2)}}}","n":{{{index}}}}}""",
                _ => $$$"""{"createOrReplace":{"_id":"{{{id}}}","_type":"t{{{random.Next(2)}}}","n":{{{index}}},"of":"{{{id}}}"}}""",
            });
            revisions.Add($"tx{index}");
            (await stage.AsRootAsync(
                HttpMethod.Post,
                stage.Path($"/data/mutate/log?transactionId=tx{index}"),
                $$"""{"mutations":[{{string.Join(',', mutations)}}]}""")).ShouldBe(HttpStatusCode.OK);
        }

        return revisions;
    }

    private static async Task ExpectDocumentsAsync(Stage stage, Reader reader)
    {
        var route = $"/data/doc/log/{string.Join(',', Ids)}";
        var all = (await stage.AsRootAsync(HttpMethod.Get, stage.Path(route))).Json;
        var answer = await stage.GetAsync(reader.Role, route);
        if (!Ids.Any(reader.Reads))
        {
            answer.ShouldBeBoom(HttpStatusCode.Forbidden);
            return;
        }

        var seen = answer.ShouldBe(HttpStatusCode.OK).Json;
        Texts(seen["documents"]!).ShouldBe(Texts(all["documents"]!, document => reader.Reads((string)document["_id"]!)));
        Texts(seen["omitted"]!).Order().ShouldBe(
            Ids.Where(id => !reader.Reads(id)).Select(id => $$"""{"id":"{{id}}","reason":"permission"}""")
                .Concat(Texts(all["omitted"]!, omitted => reader.Reads((string)omitted["id"]!)))
                .Order());

        var versions = await stage.GetAsync(reader.Role, "/data/doc/log/a?includeAllVersions=true");
        versions.ShouldBe(HttpStatusCode.OK).Json["documents"]!.AsArray().ShouldAllBe(document => reader.Reads((string)document!["_id"]!));
    }

    private static async Task ExpectExportsAsync(Stage stage, Reader reader, List<string> revisions)
    {
        foreach (var revision in revisions.Where((_, index) => index % 40 == 7).Append(null))
        {
            foreach (var query in new[] { "", "&types=t1" })
            {
                var route = $"/data/export/log?{(revision is null ? "" : $"revision={revision}")}{query}";
                var all = await stage.AsRootAsync(HttpMethod.Get, stage.Path(route));
                var answer = await stage.GetAsync(reader.Role, route);
                if (!Ids.Any(reader.Reads) || (revision is not null && !reader.Grants.Contains("history")))
                {
                    answer.ShouldBeBoom(HttpStatusCode.Forbidden);
                    continue;
                }

                Func<string, bool> sees = revision is null ? reader.Reads : reader.ReadsPast;
                answer.ShouldBe(HttpStatusCode.OK).Text
                    .ShouldBe(string.Concat(all.Lines.Where(line => sees((string)line["_id"]!)).Select(line => Raw(all, line))));
            }
        }
    }

    private static async Task ExpectTransactionsAsync(Stage stage, Reader reader, List<string> revisions)
    {
        var some = string.Join(',', Ids.Where((_, index) => index % 2 == 0));
        foreach (var route in new[]
        {
            "?effectFormat=mendoza", "", "?excludeContent=true", "?excludeMutations=true&effectFormat=mendoza", "?reverse=true",
            $"?fromTransaction={revisions[20]}&toTransaction={revisions[60]}&effectFormat=mendoza",
            $"/{some}?effectFormat=mendoza", $"/{some}?includeIdentifiedDocumentsOnly=true&effectFormat=mendoza",
        })
        {
            var path = $"/data/history/log/transactions{route}";
            var answer = await stage.GetAsync(reader.Role, path);
            if (!Ids.Any(reader.Reads) || !reader.Grants.Contains("history"))
            {
                answer.ShouldBeDescribed(HttpStatusCode.Forbidden);
                continue;
            }

            var all = (await stage.AsRootAsync(HttpMethod.Get, stage.Path(path))).ShouldBe(HttpStatusCode.OK).Lines;
            var isSelection = route.StartsWith('/');
            var expected = all
                .Where(line => !isSelection || some.Split(',').Any(id => reader.ReadsPast(id) && Touches(line, id)))
                .Select(line => Ids.All(reader.ReadsPast) ? line.ToJsonString() : CutDown(line, reader.ReadsPast))
                .OfType<string>()
                .ToList();
            answer.ShouldBe(HttpStatusCode.OK).Lines.Select(line => line.ToJsonString()).ShouldBe(expected, $"{reader.Role} {path}");
            var limited = await stage.GetAsync(reader.Role, path + (route.Contains('?') ? "&limit=5" : "?limit=5"));
            limited.Lines.Select(line => line.ToJsonString()).ShouldBe(expected.Take(5), $"{reader.Role} {path}");
        }
    }

    private static async Task ExpectPastAsync(Stage stage, Reader reader, List<string> revisions)
    {
        var moments = revisions.Where((_, index) => index % 30 == 3).Select(revision => $"revision={revision}");
        foreach (var parameter in moments.Append("lastRevision=true"))
        {
            var route = $"/data/history/log/documents/{string.Join(',', Ids)}?{parameter}";
            var all = (await stage.AsRootAsync(HttpMethod.Get, stage.Path(route))).Json;
            var answer = await stage.GetAsync(reader.Role, route);
            if (!Ids.Any(reader.Reads) || !reader.Grants.Contains("history"))
            {
                answer.ShouldBeBoom(HttpStatusCode.Forbidden);
                continue;
            }

            Texts(answer.ShouldBe(HttpStatusCode.OK).Json["documents"]!)
                .ShouldBe(Texts(all["documents"]!, document => reader.ReadsPast((string)document["_id"]!)));
        }

        foreach (var id in Ids)
        {
            var answer = await stage.GetAsync(reader.Role, $"/data/history/log/documents/{id}/diff?from=5");
            answer.ShouldBe(reader.ReadsPast(id) ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        }
    }

    /// <summary>A line without the documents that are not to be seen; null when there is nothing else in it.</summary>
    private static string? CutDown(JsonNode line, Func<string, bool> sees)
    {
        var mutations = line["mutations"]?.AsArray()
            .Where(mutation => sees(DocumentOf(mutation!)))
            .Select(node => node!.DeepClone())
            .ToList();
        var ids = line["documentIDs"]!.AsArray().Where(id => sees((string)id!)).Select(node => node!.DeepClone()).ToList();
        if (ids.Count == 0 && mutations is not { Count: > 0 })
        {
            return null;
        }

        var cut = line.DeepClone().AsObject();
        cut["documentIDs"] = new JsonArray([.. ids]);
        if (mutations is not null)
        {
            cut["mutations"] = new JsonArray([.. mutations]);
        }

        if (cut["effects"] is JsonObject effects)
        {
            foreach (var id in effects.Select(effect => effect.Key).Where(id => !sees(id)).ToList())
            {
                effects.Remove(id);
            }
        }

        return cut.ToJsonString();
    }

    private static bool Touches(JsonNode line, string id) => line["documentIDs"]!.AsArray().Any(touched => (string)touched! == id);

    private static string DocumentOf(JsonNode mutation)
    {
        var body = mutation.AsObject().Single().Value!;
        return (string)(body["_id"] ?? body["id"])!;
    }

    private static List<string> Texts(JsonNode array, Func<JsonNode, bool>? where = null) =>
        array.AsArray().Where(node => where?.Invoke(node!) ?? true).Select(node => node!.ToJsonString()).ToList();

    private static string Raw(Answer answer, JsonNode line) =>
        answer.Text.Split('\n').Single(text => text.Contains($"\"_id\":\"{line["_id"]}\"", StringComparison.Ordinal)) + "\n";

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var dataSource = Npgsql.NpgsqlDataSource.Create(server.ConnectionString);
#pragma warning disable CA2100 // The names in it are the test's own.
        await using var command = dataSource.CreateCommand(sql);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A role and what it is to see.</summary>
    private sealed record Reader(string Role, string Grants, Func<string, bool> Reads, Func<string, bool> ReadsPast);
}
