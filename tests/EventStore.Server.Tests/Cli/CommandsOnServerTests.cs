using System.IO.Compression;
using EventStore.Testing;

namespace EventStore.Server.Tests.Cli;

/// <summary>The verbs against the real server: a dataset comes in with its history, is read, moved on and verified.</summary>
public sealed class CommandsOnServerTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly string[] Transactions =
    [
        """
        {"id":"t1","timestamp":"2020-01-01T00:00:00Z","author":"ann","mutations":[{"create":{"_id":"a","_type":"x","n":1}}]}
        """,
        """
        {"id":"t2","timestamp":"2020-01-02T00:00:00Z","author":"bob","mutations":[
        {"patch":{"id":"a","inc":{"n":1}}},{"create":{"_id":"drafts.b","_type":"y","text":"blåbær 😀"}}]}
        """,
        """
        {"id":"t3","timestamp":"2020-01-02T00:00:00Z","author":"ann","mutations":[{"delete":{"id":"a"}}]}
        """,
        """
        {"id":"t4","timestamp":"2020-01-04T00:00:00.123456Z","author":"ann","mutations":[
        {"createOrReplace":{"_id":"a","_type":"x","n":9}},{"createIfNotExists":{"_id":"drafts.b","_type":"y"}}]}
        """,
    ];

    private static readonly string Stream =
        string.Concat(Transactions.Select(lines => lines.ReplaceLineEndings("") + "\n"));

    [Fact]
    public async Task A_dataset_moves_in_with_its_history_and_on_to_another()
    {
        var first = await RunAsync(Stream, "import", "moved", "-", "--create");
        first.Error.ShouldBeEmpty();
        first.Output.ShouldBe("imported 4 transactions into moved (0 already there, 4 lines read, last sequence 4)\n");

        var again = await RunAsync(Stream, "import", "moved", "-", "--create");
        again.Output.ShouldBe("imported 0 transactions into moved (4 already there, 4 lines read, last sequence 4)\n");

        var log = await server.Client.GetByteArrayAsync("/v1/data/history/moved/transactions");
        var copied = await CommandRun.OfAsync(Gzip(log), Arguments("import", "copied", "-", "--create"));
        copied.ExitCode.ShouldBe(0, copied.Error);
        foreach (var options in new string[][] { [], ["--time", "2020-01-02T00:00:00Z"], ["--revision", "t2"] })
        {
            var export = await RunAsync("", ["export", "moved", .. options]);
            export.ExitCode.ShouldBe(0, export.Error);
            export.Lines.ShouldNotBeEmpty();
            (await RunAsync("", ["export", "copied", .. options])).Bytes.ShouldBe(export.Bytes);
        }

        foreach (var dataset in (string[])["moved", "copied"])
        {
            var verified = await RunAsync("", "verify", dataset);
            verified.ExitCode.ShouldBe(0, verified.Error);
            verified.Output.ShouldStartWith($"{dataset} is whole: 4 transactions, 2 documents, digest ");
        }
    }

    [Fact]
    public async Task Exports_and_history_show_the_past()
    {
        (await RunAsync(Stream, "import", "past", "-", "--create")).ExitCode.ShouldBe(0);

        // Two transactions share that instant; the state at a time is the one after the last of them.
        var atTime = await RunAsync("", "export", "past", "--time", "2020-01-03T00:00:00Z");
        atTime.Lines.Select(IdOf).ShouldBe(["drafts.b"]);
        var atRevision = await RunAsync("", "export", "past", "--revision", "t2");
        atRevision.Lines.Select(IdOf).ShouldBe(["a", "drafts.b"]);
        atRevision.Lines[0].ShouldContain("\"n\":2");
        (await RunAsync("", "export", "past", "--types", "y")).Lines.Select(IdOf).ShouldBe(["drafts.b"]);
        (await RunAsync("", "export", "past", "--revision", "unknown")).ExitCode.ShouldBe(1);

        var history = await RunAsync("", "history", "past", "a", "--reverse", "--limit", "3");
        history.Lines.ShouldBe(
        [
            "2020-01-04T00:00:00.123456Z\tt4\tann\tcreateOrReplace",
            "2020-01-02T00:00:00.000000Z\tt3\tann\tdelete",
            "2020-01-02T00:00:00.000000Z\tt2\tbob\tpatch",
        ]);
        var byAuthor = await RunAsync("", "history", "past", "a,drafts.b", "--authors", "bob");
        byAuthor.Lines.ShouldBe(["2020-01-02T00:00:00.000000Z\tt2\tbob\tpatch, create"]);
    }

    [Fact]
    public async Task Exports_are_selected_shaped_and_sampled()
    {
        (await RunAsync(Stream, "import", "shaped", "-", "--create")).ExitCode.ShouldBe(0);

        var csv = await RunAsync("", "export", "shaped", "--format", "csv", "--fields", "_id,n,text");
        csv.Output.ShouldBe("_id,n,text\r\na,9,\r\ndrafts.b,,blåbær 😀\r\n", csv.Error);
        var sample = await RunAsync("", "export", "shaped", "--sample", "1", "--fields", "n");
        sample.Output.ShouldBe("{\"n\":9}\n", sample.Error);
        var groq = await RunAsync("", "export", "shaped", "--filter", "text match \"blåbær\"", "--fields", "_id");
        groq.Output.ShouldBe("{\"_id\":\"drafts.b\"}\n", groq.Error);
        var typed = await RunAsync("", "export", "shaped", "--filter", "true", "--types", "x", "--fields", "_id");
        typed.Output.ShouldBe("{\"_id\":\"a\"}\n", typed.Error);
        var query = await RunAsync("", "export", "shaped", "--filter", "*[_type == \"x\"]{\"twice\": n * 2}");
        query.Output.ShouldBe("{\"twice\":18}\n", query.Error);
        const string condition = """{"AND":[{"field":"n","operator":"gte","value":9}]}""";
        var json = await RunAsync("", "export", "shaped", "--filter", condition, "--fields", "_id", "--time", "2020-01-03T00:00:00Z");
        json.Output.ShouldBeEmpty(json.Error);
        (await RunAsync("", "export", "shaped", "--filter", condition, "--fields", "_id")).Output.ShouldBe("{\"_id\":\"a\"}\n");
        var parquet = await RunAsync("", "export", "shaped", "--format", "parquet", "--revision", "t1");
        parquet.Bytes.AsSpan(0, 4).SequenceEqual("PAR1"u8).ShouldBeTrue(parquet.Error);
        parquet.Error.ShouldContain("1 document");

        foreach (var (refused, reason) in new (string[], string)[]
        {
            (["--filter", "{\"AND\":"], "not valid JSON"),
            (["--filter", "*[n > 1]", "--types", "x"], "--types does not go"),
            (["--filter", "n ="], "groq"),
            (["--sample", "0"], "sample_size"),
            (["--fields", "a..b"], "select_fields"),
            (["--format", "xml"], "xml"),
        })
        {
            var run = await RunAsync("", ["export", "shaped", .. refused]);
            run.ExitCode.ShouldNotBe(0, string.Join(' ', refused));
            run.Error.ShouldContain(reason);
            run.Output.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_log_is_replayed_and_what_follows_from_it_rebuilt()
    {
        (await RunAsync(Stream, "import", "again", "-", "--create")).ExitCode.ShouldBe(0);

        var replay = await RunAsync("", "replay", "again", "--verify");
        replay.Output.ShouldStartWith("again at sequence 4: 4 transactions with 5 effects replayed to 2 documents of ");
        var half = await RunAsync("", "replay", "again", "--from", "t1", "--to", "2020-01-03T00:00:00Z", "--format", "json");
        half.Output.ShouldStartWith("""{"sequence":3,"transactions":2,"effects":3,"documents":1,""");
        (await RunAsync("", "replay", "again", "--to", "unknown")).ExitCode.ShouldBe(1);

        var rebuild = await RunAsync("", "rebuild", "again");
        rebuild.Output.ShouldStartWith("again is rebuilt: 2 documents, ");
        rebuild.Output.ShouldEndWith("replaced 0 heads, 0 keyframes and the references of 0 documents\n");
    }

    [Fact]
    public async Task A_bad_line_stops_an_import_and_is_named()
    {
        var bad = string.Concat(Stream.Split('\n').Take(2).Append("{\"id\":").Select(line => line + "\n"));
        var run = await RunAsync(bad, "import", "stopped", "-", "--create");
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldStartWith("eventstore: Line 3: ");
        run.Error.Trim().Split('\n').Length.ShouldBe(1);

        // What stood before the line is kept, and the repaired stream goes on from there.
        var repaired = await RunAsync(Stream, "import", "stopped", "-");
        repaired.Output.ShouldBe("imported 2 transactions into stopped (2 already there, 4 lines read, last sequence 4)\n");

        var changed = Stream.Replace("\"n\":9", "\"n\":10", StringComparison.Ordinal);
        var conflict = await RunAsync(changed, "import", "stopped", "-");
        conflict.ExitCode.ShouldBe(1);
        conflict.Error.ShouldStartWith("eventstore: Line 4: ");
    }

    [Fact]
    public async Task A_compressed_stream_that_breaks_off_between_two_lines_is_not_whole()
    {
        using var compressed = new MemoryStream();
        await using var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true);
        await gzip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Stream));
        await gzip.FlushAsync();
        var truncated = new MemoryStream(compressed.ToArray());

        var run = await CommandRun.OfAsync(truncated, Arguments("import", "truncated", "-", "--create"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("damaged");
    }

    [Fact]
    public async Task Datasets_and_their_absence()
    {
        (await RunAsync("", "datasets", "create", "made")).Output.ShouldBe("created made\n");
        (await RunAsync("", "datasets", "create", "made")).ExitCode.ShouldBe(1);
        (await RunAsync("", "datasets", "list")).Lines.ShouldContain(line => line.StartsWith("made\tprivate\t20"));
        (await RunAsync("", "datasets", "delete", "made", "--yes")).Output.ShouldBe("deleted made\n");
        foreach (var arguments in new string[][]
        {
            ["datasets", "delete", "made", "--yes"], ["export", "made"], ["history", "made", "a"], ["verify", "made"],
            ["import", "made", "-"],
        })
        {
            var run = await RunAsync(Stream, arguments);
            run.ExitCode.ShouldBe(1, arguments[0]);
            run.Error.ShouldContain("the server answered 404", customMessage: arguments[0]);
        }
    }

    [Fact]
    public async Task A_wrong_token_is_refused()
    {
        var run = await CommandRun.OfAsync(
            Stream, "import", "made", "-", "--url", server.Host.Address.ToString(), "--token", "not-the-token-of-this-one");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("the server answered 401");
    }

    private Task<CommandRun> RunAsync(string input, params string[] arguments) =>
        CommandRun.OfAsync(input, Arguments(arguments));

    private string[] Arguments(params string[] arguments) =>
        [.. arguments, "--url", server.Host.Address.ToString(), "--token", server.Host.RootToken.Text];

    private static string IdOf(string line)
    {
        using var json = System.Text.Json.JsonDocument.Parse(line);
        return json.RootElement.GetProperty("_id").GetString()!;
    }

    private static MemoryStream Gzip(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        compressed.Position = 0;
        return compressed;
    }
}
