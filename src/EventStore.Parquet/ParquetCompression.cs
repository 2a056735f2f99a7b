namespace EventStore.Parquet;

/// <summary>How pages are compressed.</summary>
public enum ParquetCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>GZIP (RFC 1952), but for columns that it does not make smaller.</summary>
    Gzip,
}
