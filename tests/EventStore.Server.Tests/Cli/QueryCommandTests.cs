using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Tests.Cli;

/// <summary>The verb <c>query</c> on a dataset: what it asks a server, and how it shows what that answers.</summary>
public sealed class QueryCommandTests
{
    [Fact]
    public async Task A_query_is_sent_with_all_that_was_said()
    {
        var request = "";
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            request = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString.Value} {body}";
            await context.Response.WriteAsync("""{"result":[1],"syncTags":[],"ms":1}""");
        });
        var run = await RunAsync(
            server,
            ["query", "ds", "*[a == $x]", "--param", "x={\"b\": [1]}", "--param", "$y=\"é\"", "--time", "2026-01-01",
                "--perspective", "r1,drafts"]);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Lines.ShouldBe(["1"]);
        request.ShouldBe(
            "POST /v1/data/query/ds?returnQuery=false&perspective=r1%2Cdrafts&time=2026-01-01 "
            + """{"query":"*[a == $x]","params":{"x":{"b":[1]},"y":"é"}}""");
    }

    [Theory]
    [InlineData("ndjson", """[{"a":1},"b",null]""", """{"a":1}""", "\"b\"", "null")]
    [InlineData("ndjson", """{"a":[1,2]}""", """{"a":[1,2]}""")]
    [InlineData("ndjson", "[]")]
    [InlineData("json", """[{"a":1},"b"]""", """[{"a":1},"b"]""")]
    [InlineData("table", """[{"a":1,"b":"x\ty"},{"b":{"c":true}},{"a":null}]""", "1\tx y", "\t{\"c\":true}", "\t")]
    [InlineData("table", """[{"a":1},"text"]""", "\t1", "text\t")]
    [InlineData("table", "7", "7")]
    public async Task Results_are_shown_in_three_ways(string format, string result, params string[] lines)
    {
        await using var server = await ScriptedServer.StartAsync(context =>
            context.Response.WriteAsync($$$"""{"result":{{{result}}},"syncTags":[],"ms":1}"""));
        var run = await RunAsync(server, "query", "ds", "*", "--format", format);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ReplaceLineEndings("\n").ShouldBe(string.Concat(lines.Select(line => line + "\n")));
    }

    [Fact]
    public async Task An_explanation_does_not_mix_with_the_result()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
            context.Response.WriteAsync("""{"result":[],"explain":{"sequence":7},"ms":1}"""));
        var run = await RunAsync(server, "query", "ds", "*", "--explain");
        run.ExitCode.ShouldBe(0);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain("\"sequence\": 7");
    }

    [Theory]
    [InlineData(
        """{"error":{"type":"queryParseError","description":"unexpected end","query":"*[","start":2,"end":2}}""",
        "unexpected end at 2..2")]
    [InlineData("""{"error":{"type":"queryTimeLimitError","description":"too long"}}""", "too long")]
    public async Task Refusals_are_told(string error, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync(error);
        });
        var run = await RunAsync(server, "query", "ds", "*[");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(expected);
    }

    [Theory]
    [InlineData("query", "ds")]
    [InlineData("query", "ds", "*", "--time", "2026-01-01", "--revision", "r")]
    [InlineData("query", "ds", "*", "--format", "xml")]
    [InlineData("query", "ds", "*", "--param", "nonsense")]
    [InlineData("query", "ds", "*", "--param", "a=nonsense")]
    [InlineData("query", "--file", "documents.ndjson", "*", "--explain")]
    public async Task What_does_not_go_together_is_refused(params string[] arguments)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.Response.WriteAsync("{}"));
        var run = await RunAsync(server, arguments);
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldNotBeEmpty();
    }

    private static Task<CommandRun> RunAsync(ScriptedServer server, params string[] arguments) =>
        CommandRun.OfAsync("", [.. arguments, "--url", server.Address, "--token", "secret"]);
}
