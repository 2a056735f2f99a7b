using System.Buffers;

namespace EventStore.Server.Import;

/// <summary>Neighbouring lines that are waiting to be parsed.</summary>
/// <param name="firstLine">Number of the first of them.</param>
internal sealed class LineBatch(long firstLine)
{
    private readonly List<int> _ends = [];
    private byte[] _text = ArrayPool<byte>.Shared.Rent(ServerLimits.ImportPortionBytes);

    /// <summary>Their length together.</summary>
    public int Bytes { get; private set; }

    public void Add(ReadOnlySpan<byte> line)
    {
        if (_text.Length - Bytes < line.Length)
        {
            var grown = ArrayPool<byte>.Shared.Rent(Bytes + line.Length);
            _text.AsSpan(0, Bytes).CopyTo(grown);
            ArrayPool<byte>.Shared.Return(_text);
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
            ArrayPool<byte>.Shared.Return(_text);
            _text = [];
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
