using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using EventStore.Cli;
using EventStore.Cli.Terminal;

namespace EventStore.Server.Tests.Cli;

public sealed class MendozaCommandTests
{
    [Fact]
    public async Task Diff_makes_patches_that_apply_and_check_accept()
    {
        string[] pairs =
        [
            """{"left":{"a":1,"b":[1,2,3]},"right":{"a":2,"b":[1,3],"c":"blåbær 😀"}}""",
            """{"left":null,"right":{"_id":"x"}}""",
            """{"left":{"_id":"x"},"right":null}""",
            """{"left":"same","right":"same","kind":"a field that is not read"}""",
            """ { "right" : {"b":1.50,"a":"\u0041\/"} , "left" : {"a":"A/","b":1.5} } """,
        ];
        var diff = await CommandRun.OfAsync(string.Join('\n', pairs), "mendoza", "diff");
        diff.ExitCode.ShouldBe(0);
        diff.Lines.Length.ShouldBe(pairs.Length);
        diff.Lines[1].ShouldBe("""{"apply":[0,{"_id":"x"}],"revert":[0,null]}""");
        diff.Lines[3].ShouldBe("""{"apply":[],"revert":[]}""");

        var checks = pairs.Zip(diff.Lines, (pair, patches) => pair.TrimEnd()[..^1] + "," + patches[1..]);
        var check = await CommandRun.OfAsync(string.Join('\n', checks), "mendoza", "check");
        check.Lines.ShouldBe(pairs.Select(_ => """{"ok":true}"""));
        check.ExitCode.ShouldBe(0);

        var applies = pairs.Zip(diff.Lines, (pair, patches) =>
        {
            using var documents = JsonDocument.Parse(pair);
            using var made = JsonDocument.Parse(patches);
            var left = documents.RootElement.GetProperty("left").GetRawText();
            return $$"""{"left":{{left}},"patch":{{made.RootElement.GetProperty("apply").GetRawText()}}}""";
        });
        var apply = await CommandRun.OfAsync(string.Join('\n', applies) + "\n", "mendoza", "apply");
        apply.ExitCode.ShouldBe(0);
        apply.Lines[0].ShouldBe("""{"right":{"a":2,"b":[1,3],"c":"blåbær 😀"}}""");
        apply.Lines[4].ShouldBe("""{"right":{"a":"A/","b":1.50}}""");
    }

    [Theory]
    [InlineData("diff", """{"left":1,"right":2}""")]
    [InlineData("apply", """{"left":{"a":1},"patch":[]}""")]
    [InlineData("check", """{"left":1,"right":1,"apply":[],"revert":[]}""")]
    public async Task A_bad_line_gets_an_error_in_its_place_and_the_run_goes_on(string verb, string good)
    {
        string[] bad =
        [
            "", "   ", "nonsense", "[]", "1", "{}", """{"left":1}""",
            """{"left":1,"right":2,"patch":[],"apply":[],"revert":[]""",
            """{"left":1,"left":1,"right":1,"patch":[],"apply":[],"revert":[]}""",
            """{"left":1,"right":1,"patch":[],"apply":[],"revert":[]} {}""",
            """{"left":{"a":1,"a":2},"right":1,"patch":[],"apply":[],"revert":[]}""",
            """{"left":"\ud800","right":1,"patch":[],"apply":[],"revert":[]}""",
            $$"""{"left":{{Nested(5000)}},"right":1,"patch":[],"apply":[],"revert":[]}""",
        ];
        var input = string.Concat(bad.Select(line => $"{line}\n{good}\n"));

        var run = await CommandRun.OfAsync(input, "mendoza", verb);

        run.ExitCode.ShouldBe(1);
        run.Lines.Length.ShouldBe(2 * bad.Length);
        for (var index = 0; index < bad.Length; index++)
        {
            var error = ErrorOf(run.Lines[2 * index]);
            error.Code.ShouldBeOneOf("invalidLine", "invalidJson");
            error.Message.ShouldNotBeNullOrWhiteSpace();
            ErrorOf(run.Lines[(2 * index) + 1]).Code.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_patch_that_does_not_fit_is_a_typed_error()
    {
        string[] patches = ["[99]", "[19]", "{}", "[10,7,15]", "[22,1]", "[9,9]", "[18,0.5]", "[18,-1]", "[21,3,1]"];
        var input = string.Concat(patches.Select(patch => $$"""{"left":{"a":1},"patch":{{patch}}}""" + "\n"));

        var run = await CommandRun.OfAsync(input, "mendoza", "apply");

        run.ExitCode.ShouldBe(1);
        run.Lines.Length.ShouldBe(patches.Length);
        run.Lines.ShouldAllBe(line => ErrorOf(line).Code.Length > 0);
    }

    [Fact]
    public async Task Check_names_the_direction_that_gives_another_document()
    {
        const string input = """
            {"left":{"a":1},"right":{"a":2},"apply":[0,{"a":2}],"revert":[0,{"a":3}]}
            {"left":{"a":1},"right":{"a":2},"apply":[0,{"a":3}],"revert":[0,{"a":1}]}
            {"left":{"a":1.0},"right":{"a":1},"apply":[],"revert":[]}
            """;
        var run = await CommandRun.OfAsync(input, "mendoza", "check");

        run.ExitCode.ShouldBe(1);
        ErrorOf(run.Lines[0]).ShouldBe(("differentResult", "revert: the result is not equal to left"));
        ErrorOf(run.Lines[1]).ShouldBe(("differentResult", "apply: the result is not equal to right"));
        run.Lines[2].ShouldBe("""{"ok":true}""");
    }

    [Fact]
    public async Task Lines_of_any_length_keep_their_order()
    {
        var random = new Random(7);
        var lengths = Enumerable.Range(0, 400).Select(_ => random.Next(random.Next(4) == 0 ? 400_000 : 50)).ToArray();
        var input = string.Concat(lengths.Select((length, index) =>
            $$"""{"left":null,"patch":[0,{"n":{{index}},"s":"{{new string('x', length)}}"}]}""" + "\n"));

        var run = await CommandRun.OfAsync(input, "mendoza", "apply");

        run.ExitCode.ShouldBe(0);
        var lines = run.Lines;
        lines.Length.ShouldBe(lengths.Length);
        for (var index = 0; index < lengths.Length; index++)
        {
            using var answer = JsonDocument.Parse(lines[index]);
            var right = answer.RootElement.GetProperty("right");
            right.GetProperty("n").GetInt32().ShouldBe(index);
            right.GetProperty("s").GetString()!.Length.ShouldBe(lengths[index]);
        }
    }

    [Fact]
    public async Task Answers_are_written_before_more_input_is_awaited()
    {
        var input = new Pipe();
        var output = new Pipe();
        using var error = new StringWriter();
        var streams = new StandardStreams(input.Reader.AsStream(), output.Writer.AsStream(), error);
        var run = EventStoreCommandLine.RunAsync(["mendoza", "apply"], streams);
        using var answers = new StreamReader(output.Reader.AsStream());
        for (var index = 0; index < 3; index++)
        {
            await input.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{"left":{{index}},"patch":[]}""" + "\n"));
            (await answers.ReadLineAsync()).ShouldBe($$"""{"right":{{index}}}""");
        }

        await input.Writer.CompleteAsync();
        (await run).ShouldBe(0);
    }

    [Fact]
    public async Task A_closed_output_ends_the_run_without_a_word()
    {
        using var error = new StringWriter();
        var input = new MemoryStream("""{"left":1,"patch":[]}"""u8.ToArray());
        var streams = new StandardStreams(input, new ClosedOutput(), error);

        (await EventStoreCommandLine.RunAsync(["mendoza", "apply"], streams)).ShouldBe(141);
        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_interruption_while_waiting_for_input_ends_the_run()
    {
        using var interruption = new CancellationTokenSource();
        using var error = new StringWriter();
        var streams = new StandardStreams(new Pipe().Reader.AsStream(), Stream.Null, error);
        var run = EventStoreCommandLine.RunAsync(["mendoza", "diff"], streams, interruption.Token);
        await interruption.CancelAsync();

        (await run).ShouldBe(130);
        error.ToString().Trim().ShouldBe("eventstore: interrupted");
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static (string Code, string Message) ErrorOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.TryGetProperty("error", out var error)
            ? (error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!)
            : ("", "");
    }

    private sealed class ClosedOutput : MemoryStream
    {
        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("Broken pipe");
    }
}
