namespace EventStore.Parquet.Values;

/// <summary>
/// The values of a column in one row group. They are kept as numbers of distinct values for as long as that looks
/// worthwhile, else as they will be written.
/// </summary>
internal sealed class ValueStore
{
    private const int MaxDistinct = 64 * 1024;
    private const int MaxDistinctBytes = 1024 * 1024;

    /// <summary>From so many values on, a dictionary is given up when more than half of them are distinct.</summary>
    private const int TrialValues = 1024;

    private readonly ParquetType _type;
    private readonly bool _isText;
    private readonly ValueDictionary? _dictionary;
    private readonly List<int> _numbers = [];
    private readonly ByteBuffer _plain = new();
    private readonly List<Page> _pages = [];
    private bool _usesDictionary;
    private long _plainLength;

    public ValueStore(ParquetType type)
    {
        _type = type;
        _isText = type is ParquetType.Utf8 or ParquetType.Json;
        _dictionary = type is ParquetType.Boolean or ParquetType.Float ? null : new();
        Clear();
    }

    /// <summary>How many values.</summary>
    public int Count { get; private set; }

    /// <summary>About how many bytes the values of the page take that is being filled.</summary>
    public long PageBytes { get; private set; }

    private int LengthBytes => _isText ? sizeof(int) : 0;

    /// <summary>Adds a value in the bytes of its type.</summary>
    /// <returns>About how many bytes of memory it took.</returns>
    public int Add(ReadOnlySpan<byte> value)
    {
        Count++;
        PageBytes += value.Length + LengthBytes;
        if (_usesDictionary)
        {
            var known = _dictionary!.Count;
            var number = _dictionary.NumberOf(value);
            if (number >= 0)
            {
                _numbers.Add(number);
                _plainLength += value.Length + LengthBytes;
                if (number < known)
                {
                    return sizeof(int);
                }

                if (IsWorthwhile(_dictionary))
                {
                    return value.Length + (3 * sizeof(int));
                }

                GiveUpDictionary();
                return value.Length + LengthBytes;
            }

            GiveUpDictionary();
        }

        AddPlain(value);
        return value.Length + LengthBytes;
    }

    /// <summary>Ends a page; the next value begins another one.</summary>
    public void EndPage()
    {
        _pages.Add(new(Count, _plain.Length));
        PageBytes = 0;
    }

    /// <summary>The dictionary to write; null when the values are shorter without one.</summary>
    public ValueDictionary? DictionaryToWrite()
    {
        if (!_usesDictionary || Count == 0)
        {
            return null;
        }

        var width = IndexWidth(_dictionary!);
        var length = _dictionary!.Bytes + ((long)LengthBytes * _dictionary.Count) + ((long)Count * width / 8);
        if (length < _plainLength * 3 / 4)
        {
            return _dictionary;
        }

        GiveUpDictionary();
        return null;
    }

    public void WriteDictionary(ByteBuffer output)
    {
        for (var number = 0; number < _dictionary!.Count; number++)
        {
            WriteValue(_dictionary[number], output);
        }
    }

    /// <summary>Writes the values of a page as numbers in the dictionary.</summary>
    public void WriteNumbers(int page, ByteBuffer output)
    {
        var width = IndexWidth(_dictionary!);
        output.Add((byte)width);
        var encoder = new HybridEncoder(width, output);
        for (var index = page == 0 ? 0 : _pages[page - 1].Values; index < _pages[page].Values; index++)
        {
            encoder.Add(_numbers[index], 1);
        }

        encoder.Finish();
    }

    /// <summary>Writes the values of a page as they are.</summary>
    public void WritePlain(int page, ByteBuffer output)
    {
        var values = _plain.Written[(page == 0 ? 0 : _pages[page - 1].Bytes).._pages[page].Bytes];
        if (_type != ParquetType.Boolean)
        {
            output.Add(values);
            return;
        }

        for (; !values.IsEmpty; values = values[Math.Min(values.Length, 8)..])
        {
            var bits = 0;
            for (var bit = 0; bit < Math.Min(values.Length, 8); bit++)
            {
                bits |= values[bit] << bit;
            }

            output.Add((byte)bits);
        }
    }

    /// <summary>The smallest and the largest value.</summary>
    public ValueRange Range()
    {
        var range = new ValueRange(_type);
        if (_usesDictionary)
        {
            for (var number = 0; number < _dictionary!.Count; number++)
            {
                range.Include(_dictionary[number]);
            }

            return range;
        }

        var width = ParquetTypes.Width(_type);
        for (var rest = _plain.Written; !rest.IsEmpty;)
        {
            var start = LengthBytes;
            var end = _isText ? start + BitConverter.ToInt32(rest) : width;
            range.Include(rest[start..end]);
            rest = rest[end..];
        }

        return range;
    }

    public void Clear()
    {
        _dictionary?.Clear();
        _numbers.Clear();
        _plain.Clear();
        _pages.Clear();
        _usesDictionary = _dictionary is not null;
        _plainLength = 0;
        Count = 0;
        PageBytes = 0;
    }

    private static int IndexWidth(ValueDictionary dictionary) => Math.Max(1, HybridEncoder.WidthOf(dictionary.Count - 1));

    private bool IsWorthwhile(ValueDictionary dictionary) =>
        dictionary.Count <= MaxDistinct
        && dictionary.Bytes <= MaxDistinctBytes
        && (_numbers.Count < TrialValues || dictionary.Count * 2L <= _numbers.Count);

    private void GiveUpDictionary()
    {
        _usesDictionary = false;
        var page = 0;
        for (var index = 0; index <= _numbers.Count; index++)
        {
            for (; page < _pages.Count && _pages[page].Values == index; page++)
            {
                _pages[page] = new(index, _plain.Length);
            }

            if (index < _numbers.Count)
            {
                AddPlain(_dictionary![_numbers[index]]);
            }
        }

        _numbers.Clear();
    }

    private void AddPlain(ReadOnlySpan<byte> value) => WriteValue(value, _plain);

    private void WriteValue(ReadOnlySpan<byte> value, ByteBuffer output)
    {
        if (_isText)
        {
            output.AddInt32(value.Length);
        }

        output.Add(value);
    }

    /// <summary>Where a page ends.</summary>
    private readonly record struct Page(int Values, int Bytes);
}
