using System.Buffers;

namespace EventStore.Server.Import;

/// <summary>Neighbouring lines that are waiting to be parsed.</summary>
/// <param name="firstLine">Number of the first of them.</param>
internal sealed class LineBatch(long firstLine)
{
    private const int PooledBytes = ServerLimits.ImportPortionBytes;

    private readonly List<int> _ends = [];
    private byte[] _text = ArrayPool<byte>.Shared.Rent(PooledBytes);

    /// <summary>Their length together.</summary>
    public int Bytes { get; private set; }

    public void Add(ReadOnlySpan<byte> line)
    {
        if (_text.Length - Bytes < line.Length)
        {
            // Only a first line that is longer than a portion: too rare and too long for the pool.
            var grown = GC.AllocateUninitializedArray<byte>(Bytes + line.Length);
            _text.AsSpan(0, Bytes).CopyTo(grown);
            Release();
            _text = grown;
        }

        line.CopyTo(_text.AsSpan(Bytes));
        Bytes += line.Length;
        _ends.Add(Bytes);
    }

    /// <summary>
    /// Parses the lines up to the first bad one and lets go of them. Blank lines are counted and skipped.
    /// </summary>
    public ImportPortion Parse()
    {
        try
        {
            return ParseLines();
        }
        finally
        {
            Release();
            _text = [];
        }
    }

    private void Release()
    {
        if (_text.Length == PooledBytes)
        {
            ArrayPool<byte>.Shared.Return(_text);
        }
    }

    private ImportPortion ParseLines()
    {
        var transactions = new List<ImportedTransaction>(_ends.Count);
        var start = 0;
        for (var index = 0; index < _ends.Count; index++)
        {
            ReadOnlySpan<byte> line = _text.AsSpan(start.._ends[index]);
            var number = firstLine + index;
            start = _ends[index];
            if (!line.ContainsAnyExcept(" \t\r"u8))
            {
                continue;
            }

            try
            {
                transactions.Add(new(number, ImportLineParser.Parse(line), line.Length));
            }
            catch (Exception exception)
            {
                return new(transactions, number, Bytes, new ImportException(number, exception));
            }
        }

        return new(transactions, firstLine + _ends.Count - 1, Bytes, null);
    }
}
