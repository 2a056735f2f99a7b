using EventStore.Server.Collections.Shapes;

namespace EventStore.Server.Collections.Formats;

/// <summary>One JSON object a line, as canonical JSON: what the log holds, byte for byte.</summary>
internal sealed class JsonLinesFormat : IRowFormat
{
    private const int BufferBytes = 64 * 1024;

    public string Extension => "json";

    public string ContentType => "application/x-ndjson";

    public async Task WriteAsync(
        IRowSource rows, TableSchema? schema, Stream output, CancellationToken cancellationToken)
    {
        await using var buffered = new BufferedStream(output, BufferBytes);
        await foreach (var row in rows.ReadAsync(cancellationToken))
        {
            await buffered.WriteAsync(row, cancellationToken);
            buffered.WriteByte((byte)'\n');
        }

        await buffered.FlushAsync(cancellationToken);
    }
}
