using EventStore.Parquet.Values;

namespace EventStore.Parquet.Pages;

/// <summary>
/// What one column got for one row group: levels as they are encoded, page by page, and values, which are kept until
/// the row group is full, when it is known whether a dictionary makes them shorter.
/// </summary>
internal sealed class CollectedChunk(ColumnChunkBuilder column)
{
    private readonly ByteBuffer _levels = new();
    private readonly List<Page> _pages = [];

    public ValueStore Values { get; } = new(column.Type);

    public long Nulls { get; set; }

    /// <summary>Ends a page.</summary>
    /// <param name="count">Its values and nulls.</param>
    public void EndPage(int count)
    {
        Values.EndPage();
        _pages.Add(new(count, _levels.Length));
    }

    /// <summary>Adds encoded levels of the page that ends next.</summary>
    public void AddLevels(ReadOnlySpan<byte> levels)
    {
        _levels.AddInt32(levels.Length);
        _levels.Add(levels);
    }

    /// <summary>Encodes all of it.</summary>
    /// <param name="encoder">Receives the pages.</param>
    /// <param name="compression">How they are compressed.</param>
    public EncodedChunk Encode(PageEncoder encoder, ParquetCompression compression)
    {
        var dictionary = Values.DictionaryToWrite();
        encoder.Begin(compression);
        if (dictionary is not null)
        {
            Values.WriteDictionary(encoder.Body);
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
                Values.WritePlain(index, encoder.Body);
            }
            else
            {
                Values.WriteNumbers(index, encoder.Body);
            }

            encoder.EndDataPage(page.Count, hasDictionary: dictionary is not null);
            levelsStart = page.LevelsEnd;
            count += page.Count;
        }

        var range = Values.Range();
        range.Seal();
        return new(column)
        {
            Length = encoder.Length,
            IsCompressed = encoder.IsCompressed,
            UncompressedLength = encoder.UncompressedLength,
            HasDictionary = dictionary is not null,
            DataOffset = dataOffset,
            Count = count,
            Nulls = Nulls,
            Range = range,
        };
    }

    public void Clear()
    {
        Values.Clear();
        _levels.Clear();
        _pages.Clear();
        Nulls = 0;
    }

    /// <summary>How many values and nulls a page has, and where its levels end.</summary>
    private readonly record struct Page(int Count, int LevelsEnd);
}
