using System.CommandLine;
using EventStore.Cli.Connection;
using EventStore.Cli.Jobs;
using EventStore.Cli.Terminal;
using EventStore.Cli.Verification;

namespace EventStore.Cli.Backups;

/// <summary><c>backup create|list|download|verify|restore</c>.</summary>
internal static class BackupCommand
{
    public static Command Create(StandardStreams streams)
    {
        var command = new Command("backup", "Make, list, download, prove and restore backups of a dataset");
        var connection = ConnectionOptions.AddTo(command);
        command.Subcommands.Add(CreateCreate(streams, connection));
        command.Subcommands.Add(CreateList(streams, connection));
        command.Subcommands.Add(CreateDownload(streams, connection));
        command.Subcommands.Add(CreateVerify(streams, connection));
        command.Subcommands.Add(RestoreCommand.Create(streams, connection));
        return command;
    }

    private static Command CreateCreate(StandardStreams streams, ConnectionOptions connection)
    {
        var dataset = Dataset("Dataset to back up");
        var detach = new Option<bool>("--detach") { Description = "Do not wait for the end; print the job's id" };
        var command = new Command("create", "Back up a dataset as it is now") { dataset, detach };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var name = arguments.GetRequiredValue(dataset);
            var (id, job) = await new BackupRequests(server, name).CreateAsync(cancellation);
            if (!arguments.GetValue(detach))
            {
                await JobRequests.FollowAsync(server, streams, $"back up {name}", job, cancellation);
            }

            await streams.OpenOutput().WriteLineAsync(arguments.GetValue(detach) ? job : id, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateList(StandardStreams streams, ConnectionOptions connection)
    {
        var dataset = Dataset("Dataset that has or had the backups");
        var command = new Command("list", "List the backups of a dataset, the newest first") { dataset };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var table = new OutputTable(streams, "Backup", "Made", "Documents", "Bytes", "Added");
            var backups = new BackupRequests(server, arguments.GetRequiredValue(dataset));
            foreach (var backup in await backups.ListAsync(cancellation))
            {
                await table.AddAsync(
                    [backup.Id, backup.CreatedAt, $"{backup.Documents}", $"{backup.Bytes}", $"{backup.WrittenBytes}"],
                    cancellation);
            }

            await table.CompleteAsync(cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateDownload(StandardStreams streams, ConnectionOptions connection)
    {
        var dataset = Dataset("Dataset that has or had the backup");
        var file = new Argument<string>("FILE") { Description = "Tarball to write (.tar.gz), which import takes" };
        var backup = Backup();
        var command = new Command("download", "Write the documents and assets of a backup") { dataset, file, backup };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var name = arguments.GetRequiredValue(dataset);
            var backups = new BackupRequests(server, name);
            var id = await backups.FindAsync(arguments.GetValue(backup), cancellation);
            var path = arguments.GetRequiredValue(file);
            var (documents, assets) = await ProgressDisplay.RunAsync(
                streams,
                $"download {name}",
                display => new BackupDownload(server, backups, id, display).WriteAsync(path, cancellation));
            await streams.OpenOutput().WriteLineAsync(
                $"backup {id}: {Quantity.Of(documents, "document")}, {Quantity.Of(assets, "asset")} to {path}",
                cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateVerify(StandardStreams streams, ConnectionOptions connection)
    {
        var dataset = Dataset("Dataset that has or had the backup");
        var backup = Backup();
        var certificate = new Option<string>("--certificate")
        {
            Description = "File for the certificate (default: the backup's id with .certificate.json)",
        };
        var command = new Command("verify", "Prove a backup by restoring it aside, and write a certificate")
        {
            dataset, backup, certificate,
        };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var name = arguments.GetRequiredValue(dataset);
            var backups = new BackupRequests(server, name);
            var id = await backups.FindAsync(arguments.GetValue(backup), cancellation);
            var text = await StepStream.FollowAsync(
                server,
                streams,
                $"verify {name}",
                $"{backups.PathOf(id)}/verify",
                $"backup {id}",
                line => line.TryGetProperty("certificate", out var found) ? found.GetRawText() : null,
                cancellation);
            var path = arguments.GetValue(certificate) ?? $"{id}.certificate.json";
            await BackupCertificateFile.WriteAsync(path, text, cancellation);
            await streams.OpenOutput().WriteLineAsync(
                $"{BackupCertificateFile.Describe(text)}; certificate in {path}", cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> Dataset(string description) => new("DATASET") { Description = description };

    private static Option<string> Backup() =>
        new("--backup") { Description = "Id of the backup (default: the newest)" };
}
