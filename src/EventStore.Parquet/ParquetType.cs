namespace EventStore.Parquet;

/// <summary>What the values of a column are.</summary>
public enum ParquetType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number of 64 bits with sign.</summary>
    Int64,

    /// <summary>A number of 64 bits (IEEE 754).</summary>
    Double,

    /// <summary>A number of 32 bits (IEEE 754): elements of vectors. Never dictionary-encoded.</summary>
    Float,

    /// <summary>Text in UTF-8.</summary>
    Utf8,

    /// <summary>Text in UTF-8 that is JSON.</summary>
    Json,

    /// <summary>An instant: microseconds since 1970 in UTC.</summary>
    Timestamp,
}
