namespace EventStore.Parquet.Values;

/// <summary>How the format stores the types of columns (parquet-format, Types and Logical Types).</summary>
internal static class ParquetTypes
{
    /// <summary>The number of the physical type.</summary>
    public static int Physical(ParquetType type) => type switch
    {
        ParquetType.Boolean => 0,
        ParquetType.Int64 or ParquetType.Timestamp => 2,
        ParquetType.Float => 4,
        ParquetType.Double => 5,
        _ => 6,
    };

    /// <summary>Bytes of a value as it is kept in memory; 0 for text.</summary>
    public static int Width(ParquetType type) => type switch
    {
        ParquetType.Boolean => 1,
        ParquetType.Float => sizeof(float),
        ParquetType.Int64 or ParquetType.Timestamp or ParquetType.Double => sizeof(long),
        _ => 0,
    };
}
