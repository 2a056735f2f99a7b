using System.CommandLine;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>
/// <c>export DATASET</c>: writes all documents, or some of them, now or as of an instant or a revision.
/// </summary>
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
        var selection = new ExportSelection();
        var command = new Command(
            "export", "Write the documents of a dataset, now or as they were, as NDJSON, CSV or Parquet")
        {
            dataset, time, revision, types, output,
        };
        selection.AddTo(command);
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
            var (instant, id, kinds) =
                (arguments.GetValue(time), arguments.GetValue(revision), arguments.GetValue(types));
            var source = new ExportSource(
                server, name, PathOf(name, instant, id, kinds), selection.ReadOrder(arguments, instant, id, kinds));
            var target = arguments.GetRequiredValue(output);
            var totals = target == "-" && streams.OutputIsTerminal
                ? await WriteAsync(source, streams, target, ProgressDisplay.Silent, cancellation)
                : await ProgressDisplay.RunAsync(
                    streams,
                    $"export {name}",
                    display => WriteAsync(source, streams, target, display, cancellation));
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
        ExportSource source,
        StandardStreams streams,
        string outputPath,
        ProgressDisplay display,
        CancellationToken cancellation)
    {
        if (outputPath == "-")
        {
            var output = streams.OpenOutput();
            var copied = await source.CopyAsync(output.WriteAsync, display, cancellation);
            await output.FlushAsync(cancellation);
            return copied;
        }

        await using var file = ExportFile.Create(outputPath);
        var totals = await source.CopyAsync(file.WriteAsync, display, cancellation);
        file.Publish();
        return totals;
    }
}
