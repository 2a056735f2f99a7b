using EventStore.Parquet.Values;

namespace EventStore.Parquet.Pages;

/// <summary>
/// Collects the values of one column for a row group. Levels are encoded as they come, page by page; values are kept
/// until the row group is full, when it is known whether a dictionary makes them shorter.
/// </summary>
internal sealed class ColumnChunkBuilder
{
    private readonly byte _maxRepetition;
    private readonly byte _maxDefinition;
    private readonly ChunkSettings _settings;
    private readonly ValueStore _values;
    private readonly ByteBuffer _repetitions = new();
    private readonly ByteBuffer _definitions = new();
    private readonly HybridEncoder _repetitionEncoder;
    private readonly HybridEncoder _definitionEncoder;
    private readonly ByteBuffer _levels = new();
    private readonly List<Page> _pages = [];
    private int _inPage;
    private long _nulls;

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
        _values = new(type);
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
        _settings.Bytes += _values.Add(value) + 1;
    }

    public void AddNulls(byte repetition, byte definition, int count)
    {
        Begin(repetition, definition, count);
        _nulls += count;
        _settings.Bytes++;
    }

    /// <summary>Encodes what was collected.</summary>
    /// <param name="encoder">Receives the pages.</param>
    public EncodedChunk Encode(PageEncoder encoder)
    {
        EndPage();
        var dictionary = _values.DictionaryToWrite();
        encoder.Begin(_settings.Options.Compression);
        if (dictionary is not null)
        {
            _values.WriteDictionary(encoder.Body);
            encoder.EndDictionaryPage(dictionary.Count);
        }

        var dataOffset = encoder.Length;
        var levelsStart = 0;
        long count = 0;
        for (var index = 0; index < _pages.Count; index++)
        {
            var page = _pages[index];
            encoder.Body.Add(_levels.Written[levelsStart..page.LevelsEnd]);
            if (dictionary is null)
            {
                _values.WritePlain(index, encoder.Body);
            }
            else
            {
                _values.WriteNumbers(index, encoder.Body);
            }

            encoder.EndDataPage(page.Count, hasDictionary: dictionary is not null);
            levelsStart = page.LevelsEnd;
            count += page.Count;
        }

        var range = _values.Range();
        range.Seal();
        return new(this)
        {
            Length = encoder.Length,
            IsCompressed = encoder.IsCompressed,
            UncompressedLength = encoder.UncompressedLength,
            HasDictionary = dictionary is not null,
            DataOffset = dataOffset,
            Count = count,
            Nulls = _nulls,
            Range = range,
        };
    }

    public void Clear()
    {
        _values.Clear();
        _levels.Clear();
        _pages.Clear();
        _nulls = 0;
        Rows = 0;
    }

    private void Begin(byte repetition, byte definition, int count)
    {
        if (repetition == 0)
        {
            if (_inPage >= _settings.Options.PageValues || _values.PageBytes >= _settings.Options.PageBytes)
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
        _values.EndPage();
        _pages.Add(new(_inPage, _levels.Length));
        _inPage = 0;
    }

    private void EndLevels(byte max, HybridEncoder encoder, ByteBuffer encoded)
    {
        if (max == 0)
        {
            return;
        }

        encoder.Finish();
        _levels.AddInt32(encoded.Length);
        _levels.Add(encoded.Written);
        encoded.Clear();
    }

    /// <summary>How many values and nulls a page has, and where its levels end.</summary>
    private readonly record struct Page(int Count, int LevelsEnd);
}
