using System.CommandLine;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Rollback;

/// <summary><c>rollback DATASET</c>: shows what undoing would do, asks, and does what was shown.</summary>
internal static class RollbackCommand
{
    public static Command Create(StandardStreams streams)
    {
        var dataset = new Argument<string>("DATASET") { Description = "Dataset in which to undo" };
        var order = new RollbackOptions();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show the plan and stop" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var plan = new Option<string?>("--plan")
        {
            Description = "Apply this plan, which a dry run has shown",
            HelpName = "id",
        };
        var json = new Option<bool>("--json") { Description = "Write NDJSON: the plan line by line, and the result" };
        var command = new Command("rollback", "Undo a transaction, an author's edits, or everything since an instant")
        {
            dataset,
        };
        order.AddTo(command);
        command.Options.Add(dryRun);
        command.Options.Add(yes);
        command.Options.Add(plan);
        command.Options.Add(json);
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var requests = new RollbackRequests(server, arguments.GetRequiredValue(dataset), order.ToJson(arguments));
            var display = new RollbackDisplay(streams, arguments.GetValue(json));
            var id = arguments.GetValue(plan);
            if (id is null)
            {
                var summary = await display.ShowAsync(requests.PlanAsync(cancellation), cancellation);
                if (arguments.GetValue(dryRun) || summary.Changes == 0)
                {
                    return ExitCode.Success;
                }

                summary.RequireApplicable();
                if (!arguments.GetValue(yes))
                {
                    Confirm(streams);
                }

                id = summary.Id;
            }

            await display.ShowAsync(await requests.ApplyAsync(streams, id, cancellation), cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Confirm(StandardStreams streams)
    {
        if (!streams.InputIsTerminal)
        {
            throw new CommandFailure("pass --yes to apply the plan without being asked, or --dry-run to see it only");
        }

        streams.Error.Write("Apply this plan? Type yes to go on: ");
        using var reader = new StreamReader(streams.OpenInput());
        if (reader.ReadLine()?.Trim() is not ("yes" or "y"))
        {
            throw new CommandFailure("nothing was undone");
        }
    }
}
