using System.Buffers;

namespace EventStore.Server.Import;

/// <summary>Neighbouring lines that are waiting to be parsed.</summary>
/// <param name="firstLine">Number of the first of them.</param>
internal sealed class LineBatch(long firstLine)
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<int> _ends = [];

    /// <summary>Their length together.</summary>
    public int Bytes => _text.WrittenCount;

    public void Add(ReadOnlySpan<byte> line)
    {
        _text.Write(line);
        _ends.Add(_text.WrittenCount);
    }

    /// <summary>Parses the lines up to the first bad one. Blank lines are counted and skipped.</summary>
    public ImportPortion Parse()
    {
        var transactions = new List<ImportedTransaction>(_ends.Count);
        var start = 0;
        for (var index = 0; index < _ends.Count; index++)
        {
            var line = _text.WrittenSpan[start.._ends[index]];
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
