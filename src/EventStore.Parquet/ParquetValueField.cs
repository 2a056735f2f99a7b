namespace EventStore.Parquet;

/// <summary>A field that holds single values.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What the values are.</param>
/// <param name="IsNullable">Whether it may be null.</param>
public sealed record ParquetValueField(string Name, ParquetType Type, bool IsNullable = true)
    : ParquetField(Name, IsNullable);
