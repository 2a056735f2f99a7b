using System.CommandLine;
using System.Globalization;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Jobs;

/// <summary><c>jobs list|follow|cancel</c>.</summary>
internal static class JobsCommand
{
    public static Command Create(StandardStreams streams)
    {
        var command = new Command("jobs", "List, follow and cancel background work");
        var connection = ConnectionOptions.AddTo(command);
        command.Subcommands.Add(CreateList(streams, connection));
        command.Subcommands.Add(CreateFollow(streams, connection));
        command.Subcommands.Add(CreateCancel(streams, connection));
        return command;
    }

    private static Command CreateList(StandardStreams streams, ConnectionOptions connection)
    {
        var limit = new Option<int>("--limit")
        {
            Description = "At most this many, the newest first",
            DefaultValueFactory = _ => 20,
        };
        var command = new Command("list", "List the jobs of the project") { limit };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var table = new OutputTable(streams, "Job", "State", "Kind", "Of", "%", "Created", "Message");
            foreach (var job in await JobRequests.ListAsync(server, arguments.GetValue(limit), cancellation))
            {
                var percent = job.Progress.ToString(CultureInfo.InvariantCulture);
                await table.AddAsync(
                    [job.Id, job.State, job.Kind, job.Subject, percent, job.CreatedAt, job.Message], cancellation);
            }

            await table.CompleteAsync(cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateFollow(StandardStreams streams, ConnectionOptions connection)
    {
        var id = new Argument<string>("JOB") { Description = "The job's id" };
        var command = new Command("follow", "Wait for the end of a job") { id };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var job = await JobRequests.FollowAsync(
                server, streams, "job", arguments.GetRequiredValue(id), cancellation);
            await streams.OpenOutput().WriteLineAsync(job.Message, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateCancel(StandardStreams streams, ConnectionOptions connection)
    {
        var id = new Argument<string>("JOB") { Description = "The job's id" };
        var command = new Command("cancel", "End a job and take back what it did") { id };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var job = arguments.GetRequiredValue(id);
            await JobRequests.CancelAsync(server, job, cancellation);
            await streams.OpenOutput().WriteLineAsync($"{job} is being canceled", cancellation);
            return ExitCode.Success;
        });
        return command;
    }
}
