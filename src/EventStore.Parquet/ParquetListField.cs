namespace EventStore.Parquet;

/// <summary>A field that holds a list, in the three levels that the format's description of logical types asks
/// for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Element">What the list is of; its name is not used.</param>
/// <param name="IsNullable">Whether it may be null, which is another thing than empty.</param>
public sealed record ParquetListField(string Name, ParquetField Element, bool IsNullable = true)
    : ParquetField(Name, IsNullable);
