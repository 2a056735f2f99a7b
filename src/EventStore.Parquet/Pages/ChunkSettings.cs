namespace EventStore.Parquet.Pages;

/// <summary>What all columns of a file share.</summary>
/// <param name="Options">How the file is written.</param>
internal sealed record ChunkSettings(ParquetOptions Options)
{
    /// <summary>About how many bytes the row group holds that is being filled.</summary>
    public long Bytes { get; set; }
}
