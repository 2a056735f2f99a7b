using EventStore.Parquet;
using EventStore.Server.Collections.Shapes;

namespace EventStore.Server.Collections.Formats;

/// <summary>Parquet. Columns have the types that <see cref="TableSchema"/> found; what is absent is null.</summary>
internal sealed class ParquetFormat(IReadOnlyDictionary<string, string> metadata) : IRowFormat
{
    public string Extension => "parquet";

    public string ContentType => "application/vnd.apache.parquet";

    public async Task WriteAsync(
        IRowSource rows, TableSchema? schema, Stream output, CancellationToken cancellationToken)
    {
        schema ??= await TableSchema.InferAsync(rows, cancellationToken);
        var options = new ParquetOptions { CreatedBy = "EventStore", Metadata = metadata };
        await using var writer = new ParquetWriter(output, [.. schema.InOrder.Select(FieldOf)], options);
        var columns = new Dictionary<TableColumn, ParquetColumn>(ReferenceEqualityComparer.Instance);
        foreach (var (column, target) in schema.InOrder.Zip(writer.Columns))
        {
            columns.Add(column, target);
        }

        var record = new ParquetRecord([.. schema.ByKey.Select(column => (column, columns[column]))]);
        await foreach (var row in rows.ReadAsync(cancellationToken))
        {
            record.Write(row.Span, writer.Row);
            await writer.EndRowAsync(cancellationToken);
        }

        await writer.FinishAsync(cancellationToken);
    }

    private static ParquetField FieldOf(TableColumn column) => column.Type switch
    {
        ColumnType.Struct => new ParquetStructField(column.Name, [.. column.Fields.Select(FieldOf)]),
        ColumnType.List => new ParquetListField(column.Name, FieldOf(column.Element!)),
        ColumnType.Vector => new ParquetListField(column.Name, new ParquetValueField("element", ParquetType.Float)),
        ColumnType.Boolean => new ParquetValueField(column.Name, ParquetType.Boolean),
        ColumnType.Integer => new ParquetValueField(column.Name, ParquetType.Int64),
        ColumnType.Double => new ParquetValueField(column.Name, ParquetType.Double),
        ColumnType.Instant => new ParquetValueField(column.Name, ParquetType.Timestamp),
        ColumnType.Json => new ParquetValueField(column.Name, ParquetType.Json),
        _ => new ParquetValueField(column.Name, ParquetType.Utf8),
    };
}
