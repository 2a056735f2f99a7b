using EventStore.Testing;

namespace EventStore.Server.Tests.Cli;

/// <summary>The verbs that undo and restore, against the real server.</summary>
public sealed class UndoCommandTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Log = """
    {"id":"t1","timestamp":"2020-01-01","author":"ann","mutations":[{"create":{"_id":"a","_type":"x","n":1}}]}
    {"id":"t2","timestamp":"2020-01-02","author":"b","mutations":[{"patch":{"id":"a","set":{"n":2}}},{"create":{"_id":"b","_type":"x"}}]}
    {"id":"t3","timestamp":"2020-01-03","author":"ann","mutations":[{"patch":{"id":"a","set":{"m":3}}}]}

    """;

    [Fact]
    public async Task A_plan_is_shown_then_applied()
    {
        await RunAsync(Log, "import", "undone", "-", "--create");
        var shown = await RunAsync("", "rollback", "undone", "--transaction", "t2", "--dry-run");
        shown.ExitCode.ShouldBe(0, shown.Error);
        shown.Lines[..^1].ShouldBe(
        [
            "update\ta\tmerged",
            "\treplace /n 1",
            "delete\tb\tclean",
            "documents: 1 to change, 1 to delete, 1 of them with later edits of other places, which stay",
        ]);
        var plan = shown.Lines[^1]["plan ".Length..];

        var asked = await RunAsync("", "rollback", "undone", "--transaction", "t2");
        asked.ExitCode.ShouldBe(1);
        asked.Error.ShouldContain("pass --yes");
        var applied = await RunAsync("", "rollback", "undone", "--transaction", "t2", "--plan", plan);
        applied.Output.ShouldBe($"2 documents rolled back by transaction rollback-{plan}\n", applied.Error);
        (await RunAsync("", "export", "undone")).Output.ShouldContain("\"m\":3,\"n\":1}");

        var again = await RunAsync("", "rollback", "undone", "--author", "ann", "--from", "2020-01-02", "--yes", "--json");
        again.ExitCode.ShouldBe(0, again.Error);
        again.Lines.Length.ShouldBe(3);
        again.Lines[0].ShouldContain("\"action\":\"update\"");
        again.Lines[2].ShouldContain("\"state\":\"applied\"");
        (await RunAsync("", "export", "undone")).Output.ShouldNotContain("\"m\":3");

        const string later = """{"id":"t4","timestamp":"2100-01-01","author":"ann","mutations":[{"patch":{"id":"a","set":{"n":7}}}]}""";
        await RunAsync(later + "\n", "import", "undone", "-");
        var conflict = await RunAsync("", "rollback", "undone", "--transaction", $"rollback-{plan}", "--yes");
        conflict.ExitCode.ShouldBe(1);
        conflict.Lines[..2].ShouldBe(["update\ta\tconflict", "\t! n was edited since"]);
        conflict.Error.ShouldContain("--on-conflict");
        var nothing = await RunAsync("", "rollback", "undone", "--to-revision", $"rollback-{plan}", "--documents", "b", "--yes");
        nothing.Output.ShouldStartWith("nothing to undo", Case.Sensitive, nothing.Error);
    }

    [Fact]
    public async Task A_backup_is_restored()
    {
        await RunAsync(Log, "import", "kept", "-", "--create");
        (await RunAsync("", "backup", "create", "kept")).ExitCode.ShouldBe(0);
        var made = await RunAsync("", "backup", "restore", "kept", "back", "--revision", "t2");
        made.Output.ShouldBe("Restored 2 transactions on 2 documents\n", made.Error);
        (await RunAsync("", "export", "back")).Bytes.ShouldBe((await RunAsync("", "export", "kept", "--revision", "t2")).Bytes);

        var shown = await RunAsync("", "backup", "restore", "kept", "back", "--sync", "--time", "2020-01-01", "--dry-run");
        shown.Lines.ShouldBe(["update\ta", "delete\tb", "documents: 0 to create, 1 to change, 1 to delete"], shown.Error);
        (await RunAsync("", "backup", "restore", "kept", "back", "--sync", "--time", "2020-01-01")).ExitCode.ShouldBe(1);
        var synced = await RunAsync("", "backup", "restore", "kept", "back", "--sync", "--time", "2020-01-01", "--yes");
        synced.Output.ShouldBe("1 documents restored, 1 deleted\n", synced.Error);
    }

    private Task<CommandRun> RunAsync(string input, params string[] arguments) => CommandRun.OfAsync(
        input, [.. arguments, "--url", server.Host.Address.ToString(), "--token", server.Host.RootToken.Text]);
}
