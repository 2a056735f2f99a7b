using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Tests.Cli;

/// <summary>The verbs that show what a server says: history, verify and datasets.</summary>
public sealed class ReadingCommandTests
{
    [Fact]
    public async Task History_is_one_line_of_fields_for_each_transaction()
    {
        var query = "";
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            query = context.Request.Path + context.Request.QueryString.Value;
            await context.Response.WriteAsync(
                """
                {"id":"t1","timestamp":"2026-01-01T00:00:00.1Z","author":"ann","mutations":[{"create":{}}]}
                {"id":"t2","timestamp":"2026-01-02","author":"b\tob","mutations":[{"patch":{}},{"patch":{}},{"x":{}}]}

                """);
        });

        var run = await RunAsync(
            server, "history", "ds", "a,drafts.a", "--limit", "5", "--reverse", "--from-time", "2026-01-01");

        run.ExitCode.ShouldBe(0);
        run.Lines.ShouldBe(
        [
            "2026-01-01T00:00:00.1Z\tt1\tann\tcreate",
            "2026-01-02\tt2\tb ob\tpatch x2, x",
        ]);
        query.ShouldBe(
            "/v1/data/history/ds/transactions/a,drafts.a?excludeContent=true&includeIdentifiedDocumentsOnly=true"
            + "&limit=5&reverse=true&fromTime=2026-01-01");
    }

    [Theory]
    [InlineData("""{"error":{"description":"Gone.","type":"x"}}""", "Gone.")]
    [InlineData("""{"id":"t1","times""", "broke off")]
    public async Task History_reports_a_failure_in_the_stream(string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(body));
        var run = await RunAsync(server, "history", "ds", "a");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(expected);
    }

    [Theory]
    [InlineData(
        """{"verified":{"transactions":7,"documents":3,"digest":"abcd"}}""", 0,
        "ds is whole: 7 transactions, 3 documents, digest abcd")]
    [InlineData(
        """{"difference":{"sequence":4,"documentId":"x","description":"The head is not the replay."}}""", 1,
        "ds differs at sequence 4 in document x: The head is not the replay.")]
    [InlineData("""{"difference":{"sequence":4,"description":"Chain."}}""", 1, "ds differs at sequence 4: Chain.")]
    [InlineData("""{"error":{"description":"The database went away."}}""", 1, "The database went away.")]
    [InlineData("", 1, "without a result")]
    public async Task Verify_says_how_it_ended(string last, int code, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(context =>
            context.Response.WriteAsync("""{"progress":{"sequence":1,"of":7}}""" + "\n" + last + "\n"));

        var run = await RunAsync(server, "verify", "ds");

        run.ExitCode.ShouldBe(code);
        (run.Output + run.Error).ShouldContain(expected);
    }

    [Fact]
    public async Task Datasets_are_listed_created_and_deleted()
    {
        var requests = new List<string>();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            requests.Add($"{context.Request.Method} {context.Request.Path} {body}".Trim());
            await context.Response.WriteAsync(context.Request.Method == "GET"
                ? """[{"name":"one","aclMode":"private","createdAt":"2026-01-01T00:00:00Z"}]"""
                : "{}");
        });

        (await RunAsync(server, "datasets", "list")).Lines.ShouldBe(["one\tprivate\t2026-01-01T00:00:00Z"]);
        (await RunAsync(server, "datasets", "create", "two", "--access", "public")).ExitCode.ShouldBe(0);
        (await RunAsync(server, "datasets", "delete", "two")).ExitCode.ShouldBe(1);
        (await RunAsync(server, "datasets", "delete", "two", "--yes")).ExitCode.ShouldBe(0);
        requests.ShouldBe(
            ["GET /v1/datasets", """PUT /v1/datasets/two {"aclMode":"public"}""", "DELETE /v1/datasets/two"]);
    }

    [Theory]
    [InlineData("verify", "ds", "--url", "ftp://example.org")]
    [InlineData("verify", "ds", "--url", "http://127.0.0.1:1")]
    [InlineData("verify")]
    [InlineData("no-such-verb")]
    public async Task A_mistake_is_said_on_standard_error(params string[] arguments)
    {
        var run = await CommandRun.OfAsync("", arguments);
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldNotBeNullOrWhiteSpace();
        run.Error.ShouldNotContain("   at ");
    }

    private static Task<CommandRun> RunAsync(ScriptedServer server, params string[] arguments) =>
        CommandRun.OfAsync("", [.. arguments, "--url", server.Address, "--token", "secret"]);
}
