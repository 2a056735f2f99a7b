using EventStore.Parquet.Values;

namespace EventStore.Parquet.Pages;

/// <summary>The pages of a column in one row group, and what the footer says of them.</summary>
internal sealed class EncodedChunk(ColumnChunkBuilder column)
{
    public ParquetType Type => column.Type;

    public IReadOnlyList<string> Path => column.Path;

    /// <summary>How many bytes the pages take in the file.</summary>
    public required long Length { get; init; }

    public required bool IsCompressed { get; init; }

    /// <summary>What the pages would take uncompressed, headers included.</summary>
    public required long UncompressedLength { get; init; }

    public required bool HasDictionary { get; init; }

    /// <summary>Where the data pages begin behind the dictionary page, from the start of the chunk.</summary>
    public required long DataOffset { get; init; }

    /// <summary>Where the chunk begins in the file.</summary>
    public long Offset { get; set; }

    /// <summary>Values and nulls.</summary>
    public required long Count { get; init; }

    public required long Nulls { get; init; }

    public required ValueRange Range { get; init; }
}
