using System.CommandLine;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Patches;

/// <summary><c>mendoza diff|apply|check</c>: the patch format on lines of JSON, without a server.</summary>
internal static class MendozaCommand
{
    public static Command Create(StandardStreams streams) =>
        new("mendoza", "Make, apply and check Mendoza patches: NDJSON in, one line out for each line in")
        {
            Subcommand(
                "diff", "Read {\"left\",\"right\"}, write {\"apply\",\"revert\"}", new DiffOperation(), streams),
            Subcommand(
                "apply", "Read {\"left\",\"patch\"}, write {\"right\"} or {\"error\"}", new ApplyOperation(), streams),
            Subcommand(
                "check",
                "Read {\"left\",\"right\",\"apply\",\"revert\"}, write {\"ok\":true} or {\"ok\":false,\"error\"}",
                new CheckOperation(),
                streams),
        };

    private static Command Subcommand(string name, string description, LineOperation operation, StandardStreams streams)
    {
        var command = new Command(name, description);
        command.SetAction(async (_, cancellation) =>
        {
            var run = new LineRun(streams.OpenInput(), streams.OpenOutput(), operation);
            return await run.RunAsync(cancellation) ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }
}
