using System.CommandLine;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary><c>export DATASET</c>: writes all documents, now or as of an instant or a revision.</summary>
internal static class ExportCommand
{
    public static Command Create(StandardStreams streams)
    {
        var dataset = new Argument<string>("DATASET") { Description = "Dataset to export" };
        var time = new Option<string?>("--time") { Description = "As of this instant (ISO 8601)", HelpName = "time" };
        var revision = new Option<string?>("--revision") { Description = "As of this transaction", HelpName = "id" };
        var types = new Option<string?>("--types") { Description = "Only documents of these types", HelpName = "a,b" };
        var output = new Option<string>("--output", "-o")
        {
            Description = "File to write, replaced only when the export is whole; - for standard output",
            HelpName = "file",
            DefaultValueFactory = _ => "-",
        };
        var command = new Command("export", "Write the documents of a dataset, now or as they were, as NDJSON")
        {
            dataset, time, revision, types, output,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(time) is not null && result.GetValue(revision) is not null)
            {
                result.AddError("--time and --revision exclude each other.");
            }
        });
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var name = arguments.GetRequiredValue(dataset);
            var path = PathOf(name, arguments.GetValue(time), arguments.GetValue(revision), arguments.GetValue(types));
            var target = arguments.GetRequiredValue(output);
            var totals = target == "-" && streams.OutputIsTerminal
                ? await WriteAsync(server, streams, path, target, ProgressDisplay.Silent, cancellation)
                : await ProgressDisplay.RunAsync(
                    streams,
                    $"export {name}",
                    display => WriteAsync(server, streams, path, target, display, cancellation));
            streams.Error.WriteLine($"exported {totals} from {name}");
            return ExitCode.Success;
        });
        return command;
    }

    private static string PathOf(string dataset, string? time, string? revision, string? types)
    {
        (string Name, string? Value)[] parameters = [("time", time), ("revision", revision), ("types", types)];
        var query = parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        return $"/v1/data/export/{Uri.EscapeDataString(dataset)}?{string.Join('&', query)}".TrimEnd('?');
    }

    private static async Task<ExportTotals> WriteAsync(
        EventStoreConnection server,
        StandardStreams streams,
        string path,
        string outputPath,
        ProgressDisplay display,
        CancellationToken cancellation)
    {
        using var response = await server.SendAsync(HttpMethod.Get, path, null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        if (outputPath == "-")
        {
            var output = streams.OpenOutput();
            var copied = await new ExportCopy(body, output.WriteAsync, display).RunAsync(cancellation);
            await output.FlushAsync(cancellation);
            return copied;
        }

        await using var file = ExportFile.Create(outputPath);
        var totals = await new ExportCopy(body, file.WriteAsync, display).RunAsync(cancellation);
        file.Publish();
        return totals;
    }
}
