using EventStore.Parquet.Values;

namespace EventStore.Parquet.Pages;

/// <summary>
/// Collects the values of one column. What belongs to a row group that is full is taken away, to be encoded while the
/// next one is being filled.
/// </summary>
internal sealed class ColumnChunkBuilder
{
    private readonly byte _maxRepetition;
    private readonly byte _maxDefinition;
    private readonly ChunkSettings _settings;
    private readonly ByteBuffer _repetitions = new();
    private readonly ByteBuffer _definitions = new();
    private readonly HybridEncoder _repetitionEncoder;
    private readonly HybridEncoder _definitionEncoder;
    private CollectedChunk _collected;
    private CollectedChunk _spare;
    private int _inPage;

    public ColumnChunkBuilder(
        ParquetType type,
        byte maxRepetition,
        byte maxDefinition,
        IReadOnlyList<string> path,
        ChunkSettings settings)
    {
        Type = type;
        Path = path;
        _maxRepetition = maxRepetition;
        _maxDefinition = maxDefinition;
        _settings = settings;
        (_collected, _spare) = (new(this), new(this));
        _repetitionEncoder = new(HybridEncoder.WidthOf(maxRepetition), _repetitions);
        _definitionEncoder = new(HybridEncoder.WidthOf(maxDefinition), _definitions);
    }

    public ParquetType Type { get; }

    public IReadOnlyList<string> Path { get; }

    /// <summary>Rows begun.</summary>
    public long Rows { get; private set; }

    public void Add(byte repetition, ReadOnlySpan<byte> value)
    {
        Begin(repetition, _maxDefinition, 1);
        _settings.Bytes += _collected.Values.Add(value) + 1;
    }

    public void AddNulls(byte repetition, byte definition, int count)
    {
        Begin(repetition, definition, count);
        _collected.Nulls += count;
        _settings.Bytes++;
    }

    /// <summary>
    /// Gives away what was collected; whatever was given away before is used again, so it must have been encoded.
    /// </summary>
    public CollectedChunk Take()
    {
        EndPage();
        Rows = 0;
        (_collected, _spare) = (_spare, _collected);
        _collected.Clear();
        return _spare;
    }

    private void Begin(byte repetition, byte definition, int count)
    {
        if (repetition == 0)
        {
            if (_inPage >= _settings.Options.PageValues || _collected.Values.PageBytes >= _settings.Options.PageBytes)
            {
                EndPage();
            }

            Rows += count;
        }

        _inPage += count;
        if (_maxRepetition > 0)
        {
            _repetitionEncoder.Add(repetition, count);
        }

        if (_maxDefinition > 0)
        {
            _definitionEncoder.Add(definition, count);
        }
    }

    private void EndPage()
    {
        if (_inPage == 0)
        {
            return;
        }

        EndLevels(_maxRepetition, _repetitionEncoder, _repetitions);
        EndLevels(_maxDefinition, _definitionEncoder, _definitions);
        _collected.EndPage(_inPage);
        _inPage = 0;
    }

    private void EndLevels(byte max, HybridEncoder encoder, ByteBuffer encoded)
    {
        if (max == 0)
        {
            return;
        }

        encoder.Finish();
        _collected.AddLevels(encoded.Written);
        encoded.Clear();
    }
}
