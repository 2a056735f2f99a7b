using System.Net;
using EventStore.Testing;

namespace EventStore.Server.Tests.Access;

/// <summary>
/// Grants that look at content: what they do not let pass is nowhere in an answer, in the present as in the past, and can
/// neither be made nor changed.
/// </summary>
public sealed class ContentFilterTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Data = "/data";

    /// <summary>May read and write public notes, and read what bears his id.</summary>
    private const string Role = """
        "documents":[
            {"filter":"_type == \"note\" && level < 5","permissions":["read","create","update","history"]},
            {"filter":"owner == identity()","permissions":["read"]}]
        """;

    [Fact]
    public async Task Readers_see_what_the_documents_of_today_let_them_see()
    {
        var stage = await CreateAsync();
        var robot = stage.TokenId("reader");
        await stage.AsRootAsync(HttpMethod.Post, stage.Path($"{Data}/mutate/closed"), $$$$"""
            {"transactionId":"second","mutations":[
                {"create":{"_id":"own","_type":"diary","owner":"{{{{robot}}}}" }},
                {"patch":{"id":"turned-secret","set":{"level":9}}},
                {"patch":{"id":"turned-open","set":{"level":1}}},
                {"delete":{"id":"deleted"}}]}
            """);

        var ids = await IdsAsync(stage, $"{Data}/query/closed?query={Uri.EscapeDataString("*[true]._id")}");
        ids.ShouldBe(["open", "own", "turned-open"]);
        (await QueryAsync(stage, """{"n": count(*), "to": *[_id == "open"][0].to->, "by": count(*[references("open")])}"""))
            .ShouldBe("""{"n":3,"to":null,"by":0}""");
        (await QueryAsync(stage, """*[_id in ["secret", "open"]]._id""")).ShouldBe("""["open"]""");
        (await stage.GetAsync("reader", $"{Data}/export/closed")).Lines.Select(line => (string)line["_id"]!)
            .ShouldBe(["open", "own", "turned-open"]);

        var documents = (await stage.GetAsync("reader", $"{Data}/doc/closed/open,secret,own,none,turned-secret")).Json;
        documents["documents"]!.AsArray().Select(document => (string)document!["_id"]!).ShouldBe(["open", "own"]);
        documents["omitted"]!.ToJsonString().ShouldBe(
            """[{"id":"secret","reason":"permission"},{"id":"none","reason":"permission"},{"id":"turned-secret","reason":"permission"}]""");
    }

    [Fact]
    public async Task The_past_is_as_readable_as_the_document_is_today()
    {
        var stage = await CreateAsync();
        await stage.AsRootAsync(HttpMethod.Post, stage.Path($"{Data}/mutate/closed"), """
            {"transactionId":"second","mutations":[
                {"patch":{"id":"turned-secret","set":{"level":9}}},{"patch":{"id":"turned-open","set":{"level":1}}},
                {"delete":{"id":"deleted"}}]}
            """);

        // What is open today was secret then and can be seen; what is secret today cannot; a deleted one is as it last was.
        string[] expected = ["deleted", "open", "turned-open"];
        (await stage.GetAsync("reader", $"{Data}/export/closed?revision=made")).Lines.Select(line => (string)line["_id"]!)
            .ShouldBe(expected);
        (await IdsAsync(stage, $"{Data}/query/closed?revision=made&query={Uri.EscapeDataString("*._id")}")).ShouldBe(expected);
        (await IdsAsync(stage, $"{Data}/query/closed?revision=made&perspective=drafts&query={Uri.EscapeDataString("*._id")}"))
            .ShouldBe(expected);
        var past = await stage.GetAsync("reader", $"{Data}/history/closed/documents/open,secret,turned-secret,turned-open?revision=made");
        past.Json["documents"]!.AsArray().Select(document => (string)document!["_id"]!).ShouldBe(["open", "turned-open"]);
        var last = await stage.GetAsync("reader", $"{Data}/history/closed/documents/deleted,secret?lastRevision=true");
        last.Json["documents"]!.AsArray().Select(document => (string)document!["_id"]!).ShouldBe(["deleted"]);

        var log = await stage.GetAsync("reader", $"{Data}/history/closed/transactions?effectFormat=mendoza");
        log.Text.ShouldNotContain("turned-secret");
        log.Text.ShouldNotContain("\"_id\":\"secret\"");
        log.Lines.Count.ShouldBe(2);
        log.Lines[0]["documentIDs"]!.ToJsonString().ShouldBe("""["deleted","open","turned-open"]""");
        (await stage.GetAsync("reader", $"{Data}/history/closed/transactions/secret")).Text.ShouldBeEmpty();
        (await stage.GetAsync("reader", $"{Data}/history/closed/documents/secret/diff?from=made")).ShouldBe(HttpStatusCode.Forbidden);
        (await stage.GetAsync("reader", $"{Data}/history/closed/documents/open/diff?from=made")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Writers_must_be_allowed_what_was_and_what_comes_of_it()
    {
        var stage = await CreateAsync();
        async Task ExpectAsync(string mutation, HttpStatusCode status, string? permission = null)
        {
            var answer = await stage.MutateAsync("reader", Stage.Closed, mutation, "returnDocuments=true");
            answer.Status.ShouldBe(status, $"{mutation}: {answer.Text}");
            if (permission is not null)
            {
                answer.ErrorType.ShouldBe("insufficientPermissionsError");
                answer.Text.ShouldContain($"permission \\\"{permission}\\\" required");
            }
        }

        await ExpectAsync("""{"create":{"_id":"n1","_type":"note","level":1}}""", HttpStatusCode.OK);
        await ExpectAsync("""{"create":{"_id":"n2","_type":"note","level":7}}""", HttpStatusCode.Forbidden, "create");
        await ExpectAsync("""{"create":{"_id":"n2","_type":"diary","level":1}}""", HttpStatusCode.Forbidden, "create");
        await ExpectAsync("""{"patch":{"id":"open","set":{"level":2}}}""", HttpStatusCode.OK);
        await ExpectAsync("""{"patch":{"id":"open","set":{"level":8}}}""", HttpStatusCode.Forbidden, "update");
        await ExpectAsync("""{"patch":{"id":"secret","set":{"level":1}}}""", HttpStatusCode.Forbidden, "update");
        await ExpectAsync("""{"patch":{"id":"secret","unset":["none"]}}""", HttpStatusCode.Forbidden, "update");
        await ExpectAsync("""{"createOrReplace":{"_id":"secret","_type":"note","level":1}}""", HttpStatusCode.Forbidden, "update");
        await ExpectAsync("""{"createIfNotExists":{"_id":"secret","_type":"note","level":1}}""", HttpStatusCode.Forbidden, "update");
        await ExpectAsync("""{"delete":{"id":"secret"}}""", HttpStatusCode.Forbidden, "update");
        const string Remake = """{"delete":{"id":"secret"}},{"create":{"_id":"secret","_type":"note","level":1}}""";
        await ExpectAsync(Remake, HttpStatusCode.Forbidden, "update");
        await ExpectAsync("""{"delete":{"id":"none"}}""", HttpStatusCode.OK);
        await ExpectAsync("""{"delete":{"id":"n1"}}""", HttpStatusCode.OK);

        // A query finds what may be read, so it cannot be used to change anything else.
        await ExpectAsync("""{"patch":{"query":"*[_type == \"note\"]","set":{"seen":1}}}""", HttpStatusCode.OK);
        await ExpectAsync("""{"patch":{"query":"*[_type == \"note\"]","set":{"level":6}}}""", HttpStatusCode.Forbidden, "update");
        var seen = await stage.AsRootAsync(
            HttpMethod.Get, stage.Path($"{Data}/query/closed?query={Uri.EscapeDataString("*[seen == 1]._id")}"));
        seen.Json["result"]!.ToJsonString().ShouldBe("""["deleted","open","turned-secret"]""");
        var written = await stage.MutateAsync(
            "reader", Stage.Closed, """{"create":{"_id":"n3","_type":"note","level":1}}""", "returnDocuments=true&dryRun=true");
        written.Json["results"]![0]!["document"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Rules_of_access_show_their_filters()
    {
        var stage = await CreateAsync();
        var rules = (await stage.GetAsync("reader", "/datasets/closed/acl")).ShouldBe(HttpStatusCode.OK).Json.AsArray();
        rules.Select(rule => (string)rule!["filter"]!).ShouldBe(["_type == \"note\" && level < 5", "owner == identity()"]);
    }

    private async Task<Stage> CreateAsync()
    {
        var stage = await Stage.CreateAsync(server, "content");
        await stage.CreateRoleAsync("reader", Role);
        await stage.TokenAsync("reader");
        (await stage.AsRootAsync(HttpMethod.Post, stage.Path($"{Data}/mutate/closed"), """
            {"transactionId":"made","mutations":[
                {"create":{"_id":"open","_type":"note","level":1,"to":{"_type":"reference","_ref":"secret","_weak":true}}},
                {"create":{"_id":"secret","_type":"note","level":9,"of":{"_type":"reference","_ref":"open","_weak":true}}},
                {"create":{"_id":"turned-secret","_type":"note","level":1}},
                {"create":{"_id":"turned-open","_type":"note","level":9}},
                {"create":{"_id":"deleted","_type":"note","level":1}}]}
            """)).ShouldBe(HttpStatusCode.OK);
        return stage;
    }

    private static async Task<string> QueryAsync(Stage stage, string query) =>
        (await stage.GetAsync("reader", $"{Data}/query/closed?query={Uri.EscapeDataString(query)}"))
            .ShouldBe(HttpStatusCode.OK).Json["result"]!.ToJsonString();

    private static async Task<List<string>> IdsAsync(Stage stage, string route) =>
        (await stage.GetAsync("reader", route)).ShouldBe(HttpStatusCode.OK).Json["result"]!.AsArray()
            .Select(id => (string)id!).ToList();
}
