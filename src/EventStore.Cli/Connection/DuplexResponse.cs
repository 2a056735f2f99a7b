using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace EventStore.Cli.Connection;

/// <summary>The answer to a <see cref="DuplexRequest"/>.</summary>
internal sealed class DuplexResponse
{
    private const int MaximumHeadLength = 64 * 1024;

    private readonly PipeReader _connection;
    private readonly bool _chunked;
    private readonly long? _length;

    private DuplexResponse(PipeReader connection, HttpStatusCode status, bool chunked, long? length)
    {
        _connection = connection;
        Status = status;
        _chunked = chunked;
        _length = length;
    }

    public HttpStatusCode Status { get; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Reads the head, passing over interim answers (1xx).</summary>
    public static async Task<DuplexResponse> ReadAsync(PipeReader connection, CancellationToken cancellation)
    {
        while (true)
        {
            var statusLine = await ReadLineAsync(connection, cancellation);
            var parts = statusLine.Split(' ', 3);
            if (parts.Length < 2 || !parts[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                throw new IOException("the server does not speak HTTP/1.1");
            }

            var (chunked, length) = await ReadHeadersAsync(connection, cancellation);
            if (status >= 200)
            {
                return new DuplexResponse(connection, (HttpStatusCode)status, chunked, length);
            }
        }
    }

    /// <summary>The body, decoded, as it arrives.</summary>
    /// <exception cref="IOException">The connection ended in the middle of the body (thrown by the reads).</exception>
    public PipeReader ReadBody(CancellationToken cancellation)
    {
        var pipe = new Pipe();
        _ = PumpAsync(pipe.Writer, cancellation);
        return pipe.Reader;
    }

    private async Task PumpAsync(PipeWriter writer, CancellationToken cancellation)
    {
        try
        {
            if (_chunked)
            {
                while (await ReadChunkLengthAsync(cancellation) is > 0 and var chunk)
                {
                    await CopyAsync(writer, chunk, cancellation);
                    await ReadLineAsync(_connection, cancellation);
                }
            }
            else
            {
                await CopyAsync(writer, _length, cancellation);
            }

            await writer.CompleteAsync();
        }
        catch (Exception failure)
        {
            // Whoever reads the body gets it.
            await writer.CompleteAsync(failure);
        }
    }

    private async Task<long> ReadChunkLengthAsync(CancellationToken cancellation)
    {
        var line = await ReadLineAsync(_connection, cancellation);
        var digits = line.Split(';', 2)[0].Trim();
        var isNumber = long.TryParse(
            digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length);
        return isNumber && length >= 0
            ? length
            : throw new IOException("the server sent a malformed answer");
    }

    private async Task CopyAsync(PipeWriter writer, long? length, CancellationToken cancellation)
    {
        var remaining = length ?? long.MaxValue;
        while (remaining > 0)
        {
            var result = await _connection.ReadAsync(cancellation);
            var piece = result.Buffer.Slice(0, Math.Min(remaining, result.Buffer.Length));
            foreach (var segment in piece)
            {
                writer.Write(segment.Span);
            }

            remaining -= piece.Length;
            _connection.AdvanceTo(piece.End);
            await writer.FlushAsync(cancellation);
            if (result.IsCompleted && piece.IsEmpty)
            {
                if (length is null)
                {
                    return;
                }

                throw new IOException("the server closed the connection in the middle of its answer");
            }
        }
    }

    private static async Task<(bool Chunked, long? Length)> ReadHeadersAsync(
        PipeReader connection, CancellationToken cancellation)
    {
        var chunked = false;
        long? length = null;
        while (await ReadLineAsync(connection, cancellation) is { Length: > 0 } line)
        {
            var separator = line.IndexOf(':', StringComparison.Ordinal);
            var name = separator < 0 ? line : line[..separator];
            var value = separator < 0 ? "" : line[(separator + 1)..].Trim();
            if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                chunked = value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase);
            }
            else if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                length = number;
            }
        }

        return (chunked, length);
    }

    private static async Task<string> ReadLineAsync(PipeReader connection, CancellationToken cancellation)
    {
        while (true)
        {
            var result = await connection.ReadAsync(cancellation);
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.Latin1.GetString(buffer.Slice(0, end)).TrimEnd('\r');
                connection.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }

            if (result.IsCompleted)
            {
                throw new IOException("the server closed the connection before its answer was whole");
            }

            if (buffer.Length > MaximumHeadLength)
            {
                throw new IOException("the server sent a malformed answer");
            }

            connection.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
