using System.CommandLine;
using System.Text.Json;
using EventStore.Cli.Archives;
using EventStore.Cli.Connection;
using EventStore.Cli.Datasets;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>
/// <c>import DATASET FILE|-</c>: appends a stream of transactions, with their ids, times and authors; or brings in the
/// documents and assets of an archive.
/// </summary>
internal sealed class ImportCommand
{
    private const int PieceLength = 512 * 1024;
    private const int MaximumProgressLine = 1024 * 1024;

    private readonly EventStoreConnection _connection;
    private readonly StandardStreams _streams;
    private readonly string _dataset;
    private readonly string _path;
    private long _bytesSent;

    private ImportCommand(EventStoreConnection connection, StandardStreams streams, string dataset, string path)
    {
        _connection = connection;
        _streams = streams;
        _dataset = dataset;
        _path = path;
    }

    public static Command Create(StandardStreams streams)
    {
        var dataset = new Argument<string>("DATASET") { Description = "Dataset to append to" };
        var path = new Argument<string>("FILE")
        {
            Description = "NDJSON of transactions, plain or gzip, - for standard input; or an archive (.tar.gz)",
        };
        var create = new Option<bool>("--create") { Description = "Create the dataset when it does not exist" };
        var command = new Command(
            "import", "Append a stream of transactions, or write the documents and assets of an archive")
        {
            dataset, path, create,
        };
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var verb = new ImportCommand(
                server, streams, arguments.GetRequiredValue(dataset), arguments.GetRequiredValue(path));
            return await verb.RunAsync(arguments.GetValue(create), cancellation);
        });
        return command;
    }

    private async Task<int> RunAsync(bool createsDataset, CancellationToken cancellation)
    {
        if (ArchiveImport.IsArchive(_path))
        {
            return await RunArchiveAsync(createsDataset, cancellation);
        }

        await using var source = await ImportSource.OpenAsync(_path, _streams, cancellation);
        if (createsDataset)
        {
            await DatasetRequests.EnsureAsync(_connection, _dataset, cancellation);
        }

        var counts = await ProgressDisplay.RunAsync(
            _streams, $"import {_dataset}", display => TransferAsync(source, display, cancellation));
        await _streams.OpenOutput().WriteLineAsync(
            $"imported {Quantity.Of(counts.Imported, "transaction")} into {_dataset} ({counts.Skipped} already there, "
            + $"{Quantity.Of(counts.Lines, "line")} read, last sequence {counts.Sequence})",
            cancellation);
        return ExitCode.Success;
    }

    private async Task<int> RunArchiveAsync(bool createsDataset, CancellationToken cancellation)
    {
        if (createsDataset)
        {
            await DatasetRequests.EnsureAsync(_connection, _dataset, cancellation);
        }

        var result = await ProgressDisplay.RunAsync(
            _streams,
            $"import {_dataset}",
            display => new ArchiveImport(_connection, _dataset, display).RunAsync(_path, cancellation));
        foreach (var (id, reason) in result.Refused)
        {
            _streams.Error.WriteLine($"eventstore: {id} is refused: {reason}");
        }

        await _streams.OpenOutput().WriteLineAsync($"imported {result} into {_dataset}", cancellation);
        return result.Refused.Count > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private async Task<ImportCounts> TransferAsync(
        ImportSource source, ProgressDisplay display, CancellationToken cancellation)
    {
        List<KeyValuePair<string, string>> headers = [new("Content-Type", "application/x-ndjson")];
        if (source.IsGzip)
        {
            headers.Add(new("Content-Encoding", "gzip"));
        }

        var path = $"/v1/data/import/{Uri.EscapeDataString(_dataset)}";
        await using var request = await _connection.OpenDuplexAsync(path, headers, cancellation);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sending = SendAsync(source, request, ending.Token);
        try
        {
            return await ReceiveAsync(request, source.Length, display, sending, cancellation);
        }
        catch (IOException failure)
        {
            throw new CommandFailure(
                $"the connection was lost: {failure.Message}; run the same import again to go on where it stopped",
                failure);
        }
        finally
        {
            // The server may have answered before it read everything; what is left need not be sent.
            await ending.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(ImportSource source, DuplexRequest request, CancellationToken cancellation)
    {
        var piece = new byte[PieceLength];
        int count;
        while ((count = await ReadSourceAsync(source, piece, cancellation)) > 0)
        {
            try
            {
                await request.SendAsync(piece.AsMemory(0, count), cancellation);
            }
            catch (IOException)
            {
                // The server has stopped listening, and says why in its answer.
                return;
            }

            Interlocked.Add(ref _bytesSent, count);
        }

        await request.CompleteAsync(cancellation);
    }

    private async Task<int> ReadSourceAsync(ImportSource source, Memory<byte> piece, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(piece, cancellation);
        }
        catch (IOException failure)
        {
            throw new CommandFailure($"cannot read {_path}: {failure.Message}", failure);
        }
    }

    private async Task<ImportCounts> ReceiveAsync(
        DuplexRequest request, long? total, ProgressDisplay display, Task sending, CancellationToken cancellation)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var answer = ReadAnswerAsync(request, total, display, reading.Token);
        if (await Task.WhenAny(answer, sending) == sending && sending.IsFaulted)
        {
            // Half of the file must not pass for all of it: the body stays without its end.
            await reading.CancelAsync();
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await sending;
        }

        return await answer;
    }

    private async Task<ImportCounts> ReadAnswerAsync(
        DuplexRequest request, long? total, ProgressDisplay display, CancellationToken cancellation)
    {
        var response = await request.ReadResponseAsync(cancellation);
        await using var body = response.ReadBody(cancellation).AsStream();
        if (!response.IsSuccess)
        {
            using var error = new MemoryStream();
            await body.CopyToAsync(error, cancellation);
            throw _connection.Refused(response.Status, error.ToArray());
        }

        await foreach (var line in LineReader.ReadAllAsync(body, MaximumProgressLine, cancellation))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("progress", out var progress))
            {
                display.Report(ImportCounts.Read(progress).ToString(), Interlocked.Read(ref _bytesSent), total);
            }
            else if (json.RootElement.TryGetProperty("done", out var done))
            {
                return ImportCounts.Read(done);
            }
            else
            {
                throw Stopped(json.RootElement);
            }
        }

        throw new IOException("the server ended the import without a result");
    }

    private static CommandFailure Stopped(JsonElement answer)
    {
        var description = ServerError.Describe(answer) ?? "the server stopped the import without a reason";
        return answer.TryGetProperty("error", out var error)
            && error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("line", out var line)
            && line.TryGetInt64(out var number)
            && !description.StartsWith("line ", StringComparison.OrdinalIgnoreCase)
            ? new CommandFailure($"line {number}: {description}")
            : new CommandFailure(description);
    }
}
