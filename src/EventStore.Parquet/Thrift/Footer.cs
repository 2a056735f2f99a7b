using EventStore.Parquet.Pages;
using EventStore.Parquet.Values;

namespace EventStore.Parquet.Thrift;

/// <summary>Writes the metadata at the end of a file (parquet.thrift, FileMetaData).</summary>
internal sealed class Footer(CompactWriter output)
{
    private const int FormatVersion = 2;
    private const int Plain = 0;
    private const int RunLength = 3;
    private const int DictionaryIndices = 8;
    private const int Gzip = 2;

    public void Write(
        IReadOnlyList<SchemaElement> schema, IReadOnlyList<RowGroup> groups, int columns, ParquetOptions options)
    {
        output.Int32(1, FormatVersion);
        output.StructList(2, schema, element => element.WriteTo(output));
        output.Int64(3, groups.Sum(group => group.Rows));
        output.StructList(4, groups, WriteGroup);
        if (options.Metadata.Count > 0)
        {
            output.StructList(5, options.Metadata, entry =>
            {
                output.Text(1, entry.Key);
                output.Text(2, entry.Value);
            });
        }

        output.Text(6, options.CreatedBy);

        // Readers trust minima and maxima only when they are told by which order.
        output.StructList(7, new int[columns], _ => output.EmptyStruct(1));
        output.End();
    }

    private void WriteGroup(RowGroup group)
    {
        output.StructList(1, group.Chunks, WriteChunk);
        output.Int64(2, group.Chunks.Sum(chunk => chunk.UncompressedLength));
        output.Int64(3, group.Rows);
        output.Int64(5, group.Chunks[0].Offset);
        output.Int64(6, group.Chunks.Sum(chunk => chunk.Length));
    }

    private void WriteChunk(EncodedChunk chunk)
    {
        output.Int64(2, 0);
        output.BeginStruct(3);
        output.Int32(1, ParquetTypes.Physical(chunk.Type));
        output.Int32List(2, chunk.HasDictionary ? [Plain, RunLength, DictionaryIndices] : [Plain, RunLength]);
        output.TextList(3, chunk.Path);
        output.Int32(4, chunk.IsCompressed ? Gzip : 0);
        output.Int64(5, chunk.Count);
        output.Int64(6, chunk.UncompressedLength);
        output.Int64(7, chunk.Length);
        output.Int64(9, chunk.Offset + chunk.DataOffset);
        if (chunk.HasDictionary)
        {
            output.Int64(11, chunk.Offset);
        }

        output.BeginStruct(12);
        output.Int64(3, chunk.Nulls);
        if (chunk.Range.IsKnown)
        {
            output.Bytes(5, chunk.Range.Max);
            output.Bytes(6, chunk.Range.Min);
        }

        output.EndStruct();
        output.EndStruct();
    }
}
