namespace EventStore.Parquet;

/// <summary>How a file is written.</summary>
public sealed record ParquetOptions
{
    /// <summary>How pages are compressed.</summary>
    public ParquetCompression Compression { get; init; } = ParquetCompression.Gzip;

    /// <summary>
    /// A row group is written when its values have become this large, in bytes. The writer's memory is about five times
    /// as much: the values of a group that is being filled and of one that is being written, what their buffers have in
    /// reserve, and the encoded pages.
    /// </summary>
    public int RowGroupBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most rows of a row group.</summary>
    public int RowGroupRows { get; init; } = 1024 * 1024;

    /// <summary>A page ends with the row in which its values have become this large, in bytes.</summary>
    public int PageBytes { get; init; } = 1024 * 1024;

    /// <summary>A page ends with the row in which it has got this many values and nulls.</summary>
    public int PageValues { get; init; } = 128 * 1024;

    /// <summary>How many columns are encoded at a time, each on a thread.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>What the file says of its origin.</summary>
    public string CreatedBy { get; init; } = "EventStore.Parquet";

    /// <summary>Texts by name that the footer carries.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
