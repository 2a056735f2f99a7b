using System.CommandLine;
using EventStore.Cli.Connection;
using EventStore.Cli.Jobs;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Backups;

/// <summary><c>backup restore DATASET TARGET</c>.</summary>
internal static class RestoreCommand
{
    public static Command Create(StandardStreams streams, ConnectionOptions connection)
    {
        var dataset = new Argument<string>("DATASET") { Description = "Dataset that has or had the backup" };
        var target = new Argument<string>("TARGET") { Description = "New dataset; with --sync, an existing one" };
        var options = new RestoreOptions();
        var backup = new Option<string>("--backup") { Description = "Id of the backup (default: the newest)" };
        var dryRun = new Option<bool>("--dry-run") { Description = "List what would change and stop" };
        var yes = new Option<bool>("--yes") { Description = "With --sync: do not ask" };
        var json = new Option<bool>("--json") { Description = "List changes as NDJSON" };
        var detach = new Option<bool>("--detach") { Description = "Do not wait for the end; print the job's id" };
        var command = new Command("restore", "Restore a backup, at its end or at an instant inside it")
        {
            dataset, target, backup, dryRun, yes, json, detach,
        };
        options.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var (name, to) = (arguments.GetRequiredValue(dataset), arguments.GetRequiredValue(target));
            var backups = new BackupRequests(server, name);
            var id = await backups.FindAsync(arguments.GetValue(backup), cancellation);
            var requests = new RestoreRequests(server, $"{backups.PathOf(id)}/restore", options.ToJson(arguments, to));
            var asks = options.IsSync(arguments) && !arguments.GetValue(yes);
            if (arguments.GetValue(dryRun) || asks)
            {
                var changes = await requests.ShowAsync(streams, arguments.GetValue(json), cancellation);
                if (arguments.GetValue(dryRun) || changes == 0)
                {
                    return ExitCode.Success;
                }

                Confirm(streams, to);
            }

            var job = await requests.BeginAsync(cancellation);
            var result = arguments.GetValue(detach)
                ? job
                : (await JobRequests.FollowAsync(server, streams, $"restore {to}", job, cancellation)).Message;
            await streams.OpenOutput().WriteLineAsync(result, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Confirm(StandardStreams streams, string target)
    {
        if (!streams.InputIsTerminal)
        {
            throw new CommandFailure("pass --yes to change the dataset without being asked, or --dry-run to see only");
        }

        streams.Error.Write($"Change {target} so? Type yes to go on: ");
        using var reader = new StreamReader(streams.OpenInput());
        if (reader.ReadLine()?.Trim() is not ("yes" or "y"))
        {
            throw new CommandFailure("nothing was restored");
        }
    }
}
