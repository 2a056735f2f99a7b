using EventStore.Parquet.Pages;
using EventStore.Parquet.Thrift;
using EventStore.Parquet.Values;

namespace EventStore.Parquet;

/// <summary>
/// Writes one file (parquet-format 2, data pages of version 1), row by row, in bounded memory and forward only. For
/// each row every column is given a value or a null at <see cref="Row"/>; then <see cref="EndRowAsync"/> is called, and
/// after the last row <see cref="FinishAsync"/>, without which the file is none. For use by one thread at a time. A
/// full row group is encoded and written while the next one is being filled; <see cref="DisposeAsync"/> calls that off,
/// and after it the output is left alone.
/// </summary>
public sealed class ParquetWriter : IAsyncDisposable
{
    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    private readonly Stream _output;
    private readonly ChunkSettings _settings;
    private readonly IReadOnlyList<SchemaElement> _schema;
    private readonly ColumnChunkBuilder[] _chunks;
    private readonly List<RowGroup> _groups = [];
    private readonly PageEncoder[] _encoders;
    private readonly CancellationTokenSource _abandoned = new();
    private Task _writing = Task.CompletedTask;
    private long _position;
    private int _rowsInGroup;
    private bool _isFinished;

    /// <summary>Begins a file.</summary>
    /// <param name="output">Where it goes; only written to, and left open.</param>
    /// <param name="fields">The columns, at least one.</param>
    /// <param name="options">How it is written.</param>
    /// <exception cref="ArgumentException">The schema is not valid.</exception>
    public ParquetWriter(Stream output, IReadOnlyList<ParquetField> fields, ParquetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(fields);
        RequireNames("the schema", fields);
        _output = output;
        _settings = new(options ?? new());
        _schema = SchemaElement.Of(fields);
        Columns = [.. fields.Select(field => ParquetColumn.Create(field, 0, 0, [], _settings))];
        _chunks = [.. Columns.SelectMany(column => column.Chunks)];
        _encoders = [.. Enumerable.Range(0, _settings.Options.Threads).Select(_ => new PageEncoder())];
    }

    /// <summary>The columns, in the order of the schema.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>Where each column gets its value of the row that is being written.</summary>
    public ParquetPosition Row => default;

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>
    /// Ends a row; begins to write what was collected when that is much. A failure to do so may be thrown by a later
    /// call.
    /// </summary>
    public ValueTask EndRowAsync(CancellationToken cancellationToken)
    {
        Rows++;
        _rowsInGroup++;
        return _settings.Bytes >= _settings.Options.RowGroupBytes || _rowsInGroup >= _settings.Options.RowGroupRows
            ? new(BeginGroupAsync(cancellationToken))
            : default;
    }

    /// <summary>Writes what is left and the footer.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_isFinished)
        {
            throw new InvalidOperationException("The file is finished.");
        }

        _isFinished = true;
        await BeginGroupAsync(cancellationToken);
        await _writing;
        await BeginFileAsync(cancellationToken);
        var footer = new ByteBuffer();
        new Footer(new(footer)).Write(_schema, _groups, _chunks.Length, _settings.Options);
        footer.AddInt32(footer.Length);
        footer.Add(Magic);
        await WriteAsync(footer.WrittenMemory, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _abandoned.CancelAsync();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _abandoned.Dispose();
    }

    private async Task BeginGroupAsync(CancellationToken cancellationToken)
    {
        if (_rowsInGroup == 0)
        {
            return;
        }

        foreach (var column in Columns)
        {
            column.Settle();
        }

        if (_chunks.FirstOrDefault(chunk => chunk.Rows != _rowsInGroup) is { } wrong)
        {
            throw new InvalidOperationException(
                $"The column \"{string.Join('.', wrong.Path)}\" was given {wrong.Rows} of {_rowsInGroup} rows.");
        }

        // One group is being filled and one is being written, not more: that is what bounds the memory.
        await _writing;
        var (collected, rows) = (Array.ConvertAll(_chunks, chunk => chunk.Take()), _rowsInGroup);
        _rowsInGroup = 0;
        _settings.Bytes = 0;
        _writing = Task.Run(() => WriteGroupAsync(collected, rows, cancellationToken), CancellationToken.None);
    }

    private async Task WriteGroupAsync(CollectedChunk[] collected, int rows, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _abandoned.Token);
        await BeginFileAsync(stop.Token);
        var encoded = new List<EncodedChunk>(collected.Length);
        foreach (var portion in collected.Chunk(_encoders.Length))
        {
            // Columns are encoded side by side and written in order.
            stop.Token.ThrowIfCancellationRequested();
            var results = new EncodedChunk[portion.Length];
            Parallel.For(
                0,
                portion.Length,
                index => results[index] = portion[index].Encode(_encoders[index], _settings.Options.Compression));
            for (var index = 0; index < results.Length; index++)
            {
                results[index].Offset = _position;
                encoded.Add(results[index]);
                await WriteAsync(_encoders[index].Pages, stop.Token);
            }
        }

        _groups.Add(new(rows, encoded));
    }

    private async ValueTask BeginFileAsync(CancellationToken cancellationToken)
    {
        if (_position == 0)
        {
            await WriteAsync(Magic, cancellationToken);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _output.WriteAsync(bytes, cancellationToken);
        _position += bytes.Length;
    }

    private static void RequireNames(string where, IReadOnlyList<ParquetField> fields)
    {
        if (fields.Count == 0)
        {
            throw new ArgumentException($"There are no fields in {where}.", nameof(fields));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (string.IsNullOrEmpty(field.Name) || !names.Add(field.Name))
            {
                throw new ArgumentException(
                    $"There are two fields \"{field.Name}\" in {where}, or one without a name.", nameof(fields));
            }

            for (var inner = field; inner is not null; inner = (inner as ParquetListField)?.Element)
            {
                if (inner is ParquetStructField group)
                {
                    RequireNames($"\"{field.Name}\"", group.Fields);
                }
            }
        }
    }
}
