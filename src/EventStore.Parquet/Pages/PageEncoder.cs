using System.IO.Compression;
using EventStore.Parquet.Thrift;
using EventStore.Parquet.Values;

namespace EventStore.Parquet.Pages;

/// <summary>Turns the bodies of pages into pages of a file: header, then the body, compressed or not.</summary>
internal sealed class PageEncoder
{
    private const int DataPage = 0;
    private const int DictionaryPage = 2;
    private const int PlainEncoding = 0;
    private const int RunLengthEncoding = 3;
    private const int DictionaryEncoding = 8;

    /// <summary>The first page must shrink to this share, in percent, for the column to be compressed.</summary>
    private const int WorthwhilePercent = 95;

    private readonly MemoryStream _compressed = new();
    private readonly ByteBuffer _output = new();
    private ParquetCompression _compression;
    private bool _isDecided;

    /// <summary>The body of the next page.</summary>
    public ByteBuffer Body { get; } = new();

    /// <summary>The pages so far.</summary>
    public ReadOnlyMemory<byte> Pages => _output.WrittenMemory;

    /// <summary>Bytes of the pages so far.</summary>
    public long Length => _output.Length;

    public long UncompressedLength { get; private set; }

    public bool IsCompressed => _compression == ParquetCompression.Gzip;

    public void Begin(ParquetCompression compression)
    {
        _compression = compression;
        _isDecided = compression == ParquetCompression.None;
        _output.Clear();
        UncompressedLength = 0;
    }

    public void EndDictionaryPage(int count) => EndPage(DictionaryPage, header =>
    {
        header.BeginStruct(7);
        header.Int32(1, count);
        header.Int32(2, PlainEncoding);
        header.EndStruct();
    });

    public void EndDataPage(int count, bool hasDictionary) => EndPage(DataPage, header =>
    {
        header.BeginStruct(5);
        header.Int32(1, count);
        header.Int32(2, hasDictionary ? DictionaryEncoding : PlainEncoding);
        header.Int32(3, RunLengthEncoding);
        header.Int32(4, RunLengthEncoding);
        header.EndStruct();
    });

    private void EndPage(int kind, Action<CompactWriter> describe)
    {
        var body = Compress();
        var start = _output.Length;
        var header = new CompactWriter(_output);
        header.Int32(1, kind);
        header.Int32(2, Body.Length);
        header.Int32(3, body.Length);
        describe(header);
        header.End();
        UncompressedLength += _output.Length - start + Body.Length;
        _output.Add(body);
        Body.Clear();
    }

    private ReadOnlySpan<byte> Compress()
    {
        if (_compression == ParquetCompression.None)
        {
            return Body.Written;
        }

        _compressed.SetLength(0);
        using (var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Body.Written);
        }

        if (!_isDecided)
        {
            // One codec goes for the whole column chunk.
            _isDecided = true;
            if (_compressed.Length * 100 >= (long)Body.Length * WorthwhilePercent)
            {
                _compression = ParquetCompression.None;
                return Body.Written;
            }
        }

        return _compressed.GetBuffer().AsSpan(0, (int)_compressed.Length);
    }
}
