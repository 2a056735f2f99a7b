using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Tests.Cli;

public sealed class ExportCommandTests : IDisposable
{
    private const string Documents =
        """
        {"_id":"a","_type":"t"}
        {"_id":"b","_type":"t","error":{"description":"a field of a document"}}

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("eventstore-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_whole_export_is_written_as_it_came()
    {
        var query = "";
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            query = context.Request.Path + context.Request.QueryString.Value;
            await context.Response.WriteAsync("\n" + Documents);
        });
        var file = Path.Combine(_folder, "export.ndjson");

        var toFile = await ExportAsync(server, "--time", "2026-01-01T00:00:00+01:00", "--types", "a,b", "-o", file);
        toFile.ExitCode.ShouldBe(0);
        toFile.Output.ShouldBeEmpty();
        toFile.Error.ShouldContain("exported 2 documents");
        query.ShouldBe("/v1/data/export/ds?time=2026-01-01T00%3A00%3A00%2B01%3A00&types=a%2Cb");
        File.ReadAllText(file).ShouldBe(Documents);
        Directory.GetFiles(_folder).ShouldBe([file]);

        var toOutput = await ExportAsync(server);
        toOutput.ExitCode.ShouldBe(0);
        toOutput.Output.ShouldBe(Documents);
        query.ShouldBe("/v1/data/export/ds");
    }

    [Theory]
    [InlineData(Documents + """{"error":{"description":"The database is away."}}""" + "\n", "The database is away.")]
    [InlineData(Documents + """{"_id":"c","text":"ha{"error":{"description":"Cut off."}}""" + "\n", "Cut off.")]
    [InlineData(Documents + """{"statusCode":500,"error":"Internal","message":"Oh."}""" + "\n", "Internal: Oh.")]
    [InlineData(Documents + """{"_id":"c","text":"ha""" + "\n", "broke off")]
    [InlineData(Documents + """{"_id":"c","text":"ha""", "broke off")]
    [InlineData(Documents + """{"_id":"c"}""", "broke off")]
    public async Task A_failure_inside_the_stream_is_found(string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(body));
        var file = Path.Combine(_folder, "export.ndjson");
        File.WriteAllText(file, "the export of yesterday");

        var run = await ExportAsync(server, "-o", file);

        run.ExitCode.ShouldBe(1);
        run.Error.Trim().Split('\n').Length.ShouldBe(1);
        run.Error.ShouldContain(expected);
        File.ReadAllText(file).ShouldBe("the export of yesterday");
        Directory.GetFiles(_folder).ShouldBe([file]);
    }

    [Fact]
    public async Task A_connection_that_breaks_on_a_line_boundary_is_found()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync(Documents);
            await context.Response.Body.FlushAsync();

            // A reset overtakes what was sent before it.
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            context.Abort();
        });

        var run = await ExportAsync(server);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("the export broke off");
    }

    [Fact]
    public async Task An_empty_dataset_is_an_empty_file()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask);
        var run = await ExportAsync(server);
        run.ExitCode.ShouldBe(0);
        run.Bytes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Time_and_revision_exclude_each_other()
    {
        var run = await CommandRun.OfAsync("", "export", "ds", "--time", "2026-01-01T00:00:00Z", "--revision", "r");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("exclude each other");
    }

    private static Task<CommandRun> ExportAsync(ScriptedServer server, params string[] options) =>
        CommandRun.OfAsync("", ["export", "ds", "--url", server.Address, "--token", "secret", .. options]);
}
