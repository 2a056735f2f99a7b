using EventStore.Log.Documents;
using EventStore.Server.Collections.Fields;

namespace EventStore.Server.Collections.Shapes;

/// <summary>The columns of a table.</summary>
/// <param name="ByKey">Ordered by their keys, as the members of documents are.</param>
/// <param name="InOrder">In the order of the table.</param>
internal sealed record TableSchema(IReadOnlyList<TableColumn> ByKey, IReadOnlyList<TableColumn> InOrder)
{
    /// <summary>What every document has: the columns of a table without rows.</summary>
    private static readonly string[] SystemFields = ["_createdAt", "_id", "_rev", "_type", "_updatedAt"];

    /// <summary>Columns that are there whatever the rows hold.</summary>
    public static TableSchema Of(params IReadOnlyList<TableColumn> columns) => new(columns, columns);

    /// <summary>The schema that holds all rows of a source, found by reading them.</summary>
    /// <exception cref="CollectionRequestException">There are too many fields.</exception>
    public static async Task<TableSchema> InferAsync(IRowSource rows, CancellationToken cancellationToken)
    {
        var reader = new ShapeReader();
        await foreach (var row in rows.ReadAsync(cancellationToken))
        {
            reader.Add(row.Span);
        }

        foreach (var path in rows.Fields ?? [])
        {
            reader.Require(path);
        }

        // What was given up may have had few values, so it is found out how many columns are left.
        for (var most = ShapeReader.MaxShapes; ; most = most * 3 / 4)
        {
            reader.Reduce(most);
            var columns = TableColumn.Of(reader.Root);
            if (columns.Sum(column => column.Leaves) <= ShapeReader.MaxColumns)
            {
                columns = columns.Count > 0 ? columns : [.. SystemFields.Select(TableColumn.Text)];
                return new(columns, Order(columns, rows.Fields));
            }
        }
    }

    /// <summary>Selected fields come in the order they were asked for.</summary>
    private static IReadOnlyList<TableColumn> Order(
        IReadOnlyList<TableColumn> columns, IReadOnlyList<FieldPath>? selected)
    {
        if (selected is null)
        {
            return columns;
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var path in selected)
        {
            var name = path.IsIdAlias ? FieldPath.IdAlias : CanonicalString.Decode(path.Keys[0]);
            places.TryAdd(name, places.Count);
        }

        return [.. columns.OrderBy(column => places.GetValueOrDefault(column.Name, int.MaxValue))];
    }
}
