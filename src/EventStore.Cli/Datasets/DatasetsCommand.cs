using System.CommandLine;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Datasets;

/// <summary><c>datasets list|create|copy|delete</c>.</summary>
internal static class DatasetsCommand
{
    public static Command Create(StandardStreams streams)
    {
        var command = new Command("datasets", "List, create, copy and delete datasets");
        var connection = ConnectionOptions.AddTo(command);
        command.Subcommands.Add(CreateList(streams, connection));
        command.Subcommands.Add(CreateCreate(streams, connection));
        command.Subcommands.Add(CopyCommand.Create(streams, connection));
        command.Subcommands.Add(CreateDelete(streams, connection));
        return command;
    }

    private static Command CreateList(StandardStreams streams, ConnectionOptions connection)
    {
        var command = new Command("list", "List the datasets of the project");
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var table = new OutputTable(streams, "Dataset", "Access", "Created");
            foreach (var dataset in await DatasetRequests.ListAsync(server, cancellation))
            {
                await table.AddAsync([dataset.Name, dataset.AccessMode, dataset.CreatedAt], cancellation);
            }

            await table.CompleteAsync(cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateCreate(StandardStreams streams, ConnectionOptions connection)
    {
        var name = new Argument<string>("NAME") { Description = "1 to 64 of a-z, 0-9, - and _" };
        var access = new Option<string>("--access")
        {
            Description = "Whether documents without a dot in their id can be read without a token: public or private",
            DefaultValueFactory = _ => "private",
        };
        access.AcceptOnlyFromAmong("private", "public");
        var command = new Command("create", "Create a dataset") { name, access };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var dataset = arguments.GetRequiredValue(name);
            await DatasetRequests.CreateAsync(server, dataset, arguments.GetRequiredValue(access), cancellation);
            await streams.OpenOutput().WriteLineAsync($"created {dataset}", cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateDelete(StandardStreams streams, ConnectionOptions connection)
    {
        var name = new Argument<string>("NAME") { Description = "Dataset to delete, with its whole history" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = new Command("delete", "Delete a dataset and its whole history") { name, yes };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var dataset = arguments.GetRequiredValue(name);
            if (!arguments.GetValue(yes))
            {
                Confirm(streams, dataset);
            }

            await DatasetRequests.DeleteAsync(server, dataset, cancellation);
            await streams.OpenOutput().WriteLineAsync($"deleted {dataset}", cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Confirm(StandardStreams streams, string dataset)
    {
        if (!streams.InputIsTerminal)
        {
            throw new CommandFailure("deleting a dataset cannot be undone; pass --yes to do it without being asked");
        }

        streams.Error.Write($"Delete {dataset} and its whole history? Type its name to go on: ");
        using var reader = new StreamReader(streams.OpenInput());
        if (reader.ReadLine()?.Trim() != dataset)
        {
            throw new CommandFailure("nothing was deleted");
        }
    }
}
