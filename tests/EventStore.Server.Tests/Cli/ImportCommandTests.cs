using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Tests.Cli;

public sealed class ImportCommandTests
{
    private const int LargeLength = 32 * 1024 * 1024;

    [Fact]
    public async Task The_answer_is_read_while_the_stream_is_sent()
    {
        var received = 0L;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync(Progress(0));
            await context.Response.Body.FlushAsync();
            received = await CountAsync(context.Request.Body, async total =>
            {
                // Far more than the buffers in between hold, so that an answer nobody reads would block both sides.
                await context.Response.WriteAsync(new string('\n', 64 * 1024) + Progress(total));
            });
            await context.Response.WriteAsync("""{"done":{"lines":3,"imported":2,"skipped":1,"sequence":9}}""" + "\n");
        });

        var run = await ImportAsync(server, Large());

        run.Error.ShouldNotContain("eventstore:");
        run.ExitCode.ShouldBe(0);
        run.Output.ShouldBe("imported 2 transactions into ds (1 already there, 3 lines read, last sequence 9)\n");
        received.ShouldBe(LargeLength);
    }

    [Fact]
    public async Task A_server_that_stops_in_the_middle_is_heard()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Request.Body.ReadAtLeastAsync(new byte[100_000], 100_000);
            await context.Response.WriteAsync(
                """{"error":{"description":"The line is not JSON.","type":"validationError","line":17}}""" + "\n");
        });

        var run = await ImportAsync(server, Large());

        run.ExitCode.ShouldBe(1);
        run.Error.Trim().Split('\n').ShouldBe(["eventstore: line 17: The line is not JSON."]);
        run.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(401, """{"statusCode":401,"error":"Unauthorized","message":"No"}""", "answered 401: Unauthorized: No")]
    [InlineData(404, """{"statusCode":404,"error":"Not Found","message":"Dataset not found"}""", "Dataset not found")]
    [InlineData(400, """{"error":{"description":"Bad","items":[{"error":{"description":"Item."}}]}}""", "Bad: Item.")]
    [InlineData(500, "<html>\nbroken</html>", "answered 500: <html> broken</html>")]
    public async Task An_error_status_is_one_line(int status, string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        });

        var run = await ImportAsync(server, Large());

        run.ExitCode.ShouldBe(1);
        run.Error.Trim().Split('\n').Length.ShouldBe(1);
        run.Error.ShouldContain(expected);
    }

    [Fact]
    public async Task An_answer_without_a_result_is_a_failure()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync(Progress(5));
        });

        var run = await ImportAsync(server, new MemoryStream("{}\n"u8.ToArray()));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("run the same import again");
    }

    [Fact]
    public async Task A_connection_that_breaks_is_a_failure()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync(Progress(1));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        var run = await ImportAsync(server, Large());

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("the connection was lost");
    }

    [Fact]
    public async Task Compressed_input_is_recognised_and_named()
    {
        var encoding = "";
        var content = "";
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            encoding = context.Request.Headers.ContentEncoding.ToString();
            await using var plain = new GZipStream(context.Request.Body, CompressionMode.Decompress);
            content = await new StreamReader(plain).ReadToEndAsync();
            await context.Response.WriteAsync("""{"done":{"lines":1,"imported":1,"skipped":0,"sequence":1}}""");
        });
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("{\"id\":\"t\"}\n"u8.ToArray());
        }

        compressed.Position = 0;
        (await ImportAsync(server, compressed)).ExitCode.ShouldBe(0);
        encoding.ShouldBe("gzip");
        content.ShouldBe("{\"id\":\"t\"}\n");
    }

    [Fact]
    public async Task The_request_carries_token_project_and_dataset()
    {
        var seen = "";
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var request = context.Request;
            var headers = request.Headers;
            seen = $"{request.Method} {request.Path} {headers.Authorization} {headers["X-Sanity-Project-ID"]} "
                + $"{headers.ContentType}";
            await request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync("""{"done":{"lines":0,"imported":0,"skipped":0,"sequence":0}}""");
        });

        (await ImportAsync(server, new MemoryStream())).ExitCode.ShouldBe(0);
        seen.ShouldBe("POST /v1/data/import/ds Bearer secret shop application/x-ndjson");
    }

    [Fact]
    public async Task A_missing_file_is_one_line()
    {
        var run = await CommandRun.OfAsync("", "import", "ds", "/no/such/file.ndjson");
        run.ExitCode.ShouldBe(1);
        run.Error.Trim().Split('\n').Length.ShouldBe(1);
        run.Error.ShouldContain("/no/such/file.ndjson");
    }

    private static Task<CommandRun> ImportAsync(ScriptedServer server, Stream input) => CommandRun.OfAsync(
        input, "import", "ds", "-", "--url", server.Address, "--token", "secret", "--project", "shop");

    private static MemoryStream Large() => new(Encoding.ASCII.GetBytes(new string('x', LargeLength)));

    private static string Progress(long lines) =>
        $$$"""{"progress":{"lines":{{{lines}}},"imported":0,"skipped":0,"sequence":0}}""" + "\n";

    private static async Task<long> CountAsync(Stream body, Func<long, Task> each)
    {
        var buffer = new byte[64 * 1024];
        var total = 0L;
        int count;
        while ((count = await body.ReadAsync(buffer)) > 0)
        {
            total += count;
            await each(total);
        }

        return total;
    }
}
