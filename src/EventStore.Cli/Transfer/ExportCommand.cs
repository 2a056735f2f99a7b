using System.CommandLine;
using EventStore.Cli.Archives;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>
/// <c>export DATASET [FILE]</c>: writes all documents, or some of them, now or as of an instant or a revision, or what
/// changed since one; on demand with the assets.
/// </summary>
internal sealed class ExportCommand
{
    private const string StandardOutput = "-";
    private const string AssetTypes = "sanity.imageAsset,sanity.fileAsset";

    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset to export" };

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "The same as --output",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _time = new("--time")
    {
        Description = "As of this instant (ISO 8601)",
        HelpName = "time",
    };

    private readonly Option<string?> _revision = new("--revision")
    {
        Description = "As of this transaction",
        HelpName = "id",
    };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Only what changed after this transaction, and what was deleted",
        HelpName = "id",
    };

    private readonly Option<string?> _types = new("--types")
    {
        Description = "Only documents of these types",
        HelpName = "a,b",
    };

    private readonly Option<bool> _assets = new("--assets")
    {
        Description = "With images and files, as a tarball (.tar.gz)",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "File to write, replaced only when the export is whole; - for standard output",
        HelpName = "file",
    };

    private readonly ExportSelection _selection = new();
    private readonly StandardStreams _streams;

    private ExportCommand(StandardStreams streams) => _streams = streams;

    public static Command Create(StandardStreams streams)
    {
        var verb = new ExportCommand(streams);
        var command = new Command(
            "export", "Write the documents of a dataset, now or as they were, as NDJSON, CSV, Parquet or with assets")
        {
            verb._dataset, verb._file, verb._time, verb._revision, verb._since, verb._types, verb._assets, verb._output,
        };
        verb._selection.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(verb._time) is not null && result.GetValue(verb._revision) is not null)
            {
                result.AddError("--time and --revision exclude each other.");
            }

            if (result.GetValue(verb._file) is not null && result.GetValue(verb._output) is not null)
            {
                result.AddError("FILE and --output exclude each other.");
            }

            if (result.GetValue(verb._since) is not null && result.GetValue(verb._assets))
            {
                result.AddError("--since does not go with --assets: an archive holds a whole state.");
            }
        });
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction((arguments, cancellation) => verb.RunAsync(arguments, connection, cancellation));
        return command;
    }

    private async Task<int> RunAsync(
        ParseResult arguments, ConnectionOptions connection, CancellationToken cancellation)
    {
        using var server = connection.Connect(arguments);
        var (dataset, hasAssets) = (arguments.GetRequiredValue(_dataset), arguments.GetValue(_assets));
        var target = arguments.GetValue(_file) ?? arguments.GetValue(_output) ?? StandardOutput;
        RequireSuitable(arguments, target);
        var path = PathOf(arguments, hasAssets);
        var archive = default(ArchiveExport);
        var totals = target == StandardOutput && _streams.OutputIsTerminal
            ? await WriteAsync(ProgressDisplay.Silent)
            : await ProgressDisplay.RunAsync(_streams, $"export {dataset}", WriteAsync);
        _streams.Error.WriteLine($"exported {totals} from {dataset}");
        foreach (var id in archive?.Missing ?? [])
        {
            _streams.Error.WriteLine($"eventstore: {id} is not in the archive: the server does not have its content");
        }

        return archive is { Missing.Count: > 0 } ? ExitCode.Failure : ExitCode.Success;

        Task<ExportTotals> WriteAsync(ProgressDisplay display)
        {
            archive = hasAssets ? new(server, dataset, path, display) : null;
            var order = _selection.ReadOrder(
                arguments, arguments.GetValue(_time), arguments.GetValue(_revision), arguments.GetValue(_types));
            var source = new ExportSource(server, dataset, path, order);
            return WriteToAsync(
                target,
                write => archive is null
                    ? source.CopyAsync(write, display, cancellation)
                    : archive.WriteAsync(write, cancellation),
                cancellation);
        }
    }

    private void RequireSuitable(ParseResult arguments, string target)
    {
        var isPlain = _selection.IsPlain(arguments);
        if (arguments.GetValue(_since) is not null && !isPlain)
        {
            throw new CommandFailure(
                "--since goes with whole documents as NDJSON: not with --format, --fields, --filter or --sample");
        }

        if (arguments.GetValue(_assets) && !isPlain)
        {
            throw new CommandFailure(
                "--assets goes with whole documents: not with --format, --fields, --filter or --sample");
        }

        if (arguments.GetValue(_assets) && target == StandardOutput && _streams.OutputIsTerminal)
        {
            throw new CommandFailure("--assets writes a tarball: name a file");
        }
    }

    private string PathOf(ParseResult arguments, bool hasAssets)
    {
        // What a document of some type shows is of another type.
        var types = arguments.GetValue(_types) is { } given && hasAssets
            ? $"{given},{AssetTypes}"
            : arguments.GetValue(_types);
        (string Name, string? Value)[] parameters =
        [
            ("time", arguments.GetValue(_time)), ("revision", arguments.GetValue(_revision)),
            ("since", arguments.GetValue(_since)), ("types", types),
        ];
        var query = parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        var dataset = Uri.EscapeDataString(arguments.GetRequiredValue(_dataset));
        return $"/v1/data/export/{dataset}?{string.Join('&', query)}".TrimEnd('?');
    }

    private async Task<ExportTotals> WriteToAsync(
        string target,
        Func<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>, Task<ExportTotals>> write,
        CancellationToken cancellation)
    {
        if (target == StandardOutput)
        {
            var output = _streams.OpenOutput();
            var copied = await write(output.WriteAsync);
            await output.FlushAsync(cancellation);
            return copied;
        }

        await using var file = ExportFile.Create(target);
        var totals = await write(file.WriteAsync);
        file.Publish();
        return totals;
    }
}
