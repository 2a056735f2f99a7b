namespace EventStore.Parquet;

/// <summary>A field of a schema.</summary>
/// <param name="Name">Its name; any text.</param>
/// <param name="IsNullable">Whether it may be null.</param>
public abstract record ParquetField(string Name, bool IsNullable)
{
    /// <summary>Deepest nesting of structs and lists. Levels are counted in bytes, and a list takes two of them.</summary>
    public const int MaxDepth = 100;
}
