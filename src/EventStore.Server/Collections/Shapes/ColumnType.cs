namespace EventStore.Server.Collections.Shapes;

/// <summary>What the values of a column are.</summary>
internal enum ColumnType
{
    Boolean,

    Integer,

    Double,

    Text,

    /// <summary>Instants in microseconds.</summary>
    Instant,

    /// <summary>Any JSON, as text.</summary>
    Json,

    Struct,

    List,

    /// <summary>A list of numbers of 32 bits.</summary>
    Vector,
}
