namespace EventStore.Server.Collections;

/// <summary>The formats a collection can be exported to.</summary>
internal enum ExportFormat
{
    /// <summary>One JSON object a line.</summary>
    Json,

    Csv,

    Parquet,
}
