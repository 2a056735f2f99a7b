using System.Buffers;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>
/// Copies an export line by line and makes sure that it is whole. An export reports a failure after its status line
/// inside the stream: a line that is an error and no document, possibly glued to a document that was being written.
/// </summary>
internal sealed class ExportCopy(
    Stream body, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, ProgressDisplay display)
{
    private const int MaximumLineLength = 256 * 1024 * 1024;
    private const int FlushLength = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _output = new(FlushLength);

    // The newest line is held back: only the next one proves that it was not the last one of a stream that failed.
    private readonly ArrayBufferWriter<byte> _held = new();
    private long _documents;
    private long _bytes;

    /// <exception cref="CommandFailure">The stream holds an error, or broke off.</exception>
    public async Task<ExportTotals> RunAsync(CancellationToken cancellation)
    {
        var lines = new LineReader(body, MaximumLineLength);
        try
        {
            do
            {
                while (lines.TryTake(out var line))
                {
                    Take(line);
                    if (_output.WrittenCount >= FlushLength)
                    {
                        await FlushAsync(cancellation);
                    }
                }
            }
            while (await lines.FillAsync(cancellation));
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new CommandFailure($"the export broke off: {failure.Message}", failure);
        }

        RequireWhole(_held.WrittenMemory);
        Release();
        await FlushAsync(cancellation);
        return new ExportTotals(_documents, _bytes);
    }

    private static void RequireWhole(ReadOnlyMemory<byte> line)
    {
        if (line.IsEmpty || IsJson(line.Span))
        {
            return;
        }

        var start = line.Span.LastIndexOf("{\"error\":"u8);
        throw new CommandFailure(start < 0
            ? "the export broke off in the middle of a document"
            : $"the export failed on the server: {ServerError.Describe(line[start..])}");
    }

    private static bool IsJson(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Take(InputLine line)
    {
        if (line.TooLong)
        {
            throw new CommandFailure($"the export has a line of more than {MaximumLineLength} bytes");
        }

        if (line.Bytes.IsEmpty)
        {
            return;
        }

        Release();
        ThrowIfError(line.Bytes);
        _held.Write(line.Bytes.Span);
        if (!line.IsTerminated)
        {
            RequireWhole(line.Bytes);
            throw new CommandFailure("the export broke off in the middle of a line");
        }
    }

    private static void ThrowIfError(ReadOnlyMemory<byte> line)
    {
        // The keys of a document are sorted, so one that has an _id never starts with this one; an error body starts
        // with either of these. Anything else is a document and need not be parsed.
        if (!line.Span.StartsWith("{\"error\":"u8) && !line.Span.StartsWith("{\"statusCode\":"u8))
        {
            return;
        }

        if (!IsDocument(line))
        {
            throw new CommandFailure($"the export failed on the server: {ServerError.Describe(line)}");
        }
    }

    private static bool IsDocument(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = int.MaxValue });
            return json.RootElement.TryGetProperty("_id", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Release()
    {
        if (_held.WrittenCount == 0)
        {
            return;
        }

        _output.Write(_held.WrittenSpan);
        _output.Write("\n"u8);
        _documents++;
        _bytes += _held.WrittenCount + 1;
        _held.ResetWrittenCount();
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await write(_output.WrittenMemory, cancellation);
        _output.ResetWrittenCount();
        display.Report(new ExportTotals(_documents, _bytes).ToString(), _bytes, null);
    }
}
