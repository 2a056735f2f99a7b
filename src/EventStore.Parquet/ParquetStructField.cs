namespace EventStore.Parquet;

/// <summary>A field that holds a group of fields, at least one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fields">The fields in it.</param>
/// <param name="IsNullable">Whether it may be null.</param>
public sealed record ParquetStructField(string Name, IReadOnlyList<ParquetField> Fields, bool IsNullable = true)
    : ParquetField(Name, IsNullable);
