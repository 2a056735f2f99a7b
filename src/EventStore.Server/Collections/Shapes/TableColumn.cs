using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Shapes;

/// <summary>A column of a table, or a field of a struct in one.</summary>
/// <param name="Key">The key in documents, as JSON spells it; empty for the elements of a list.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">What the values are.</param>
internal sealed record TableColumn(byte[] Key, string Name, ColumnType Type)
{
    /// <summary>The name of a key that is empty, which readers of tables do not expect.</summary>
    private const string EmptyName = "\"\"";

    /// <summary>The fields of a struct, in the order of their keys.</summary>
    public IReadOnlyList<TableColumn> Fields { get; private init; } = [];

    /// <summary>What a list is of.</summary>
    public TableColumn? Element { get; private init; }

    /// <summary>How many columns of single values there are in it.</summary>
    public int Leaves => Type switch
    {
        ColumnType.Struct => Fields.Sum(inner => inner.Leaves),
        ColumnType.List => Element!.Leaves,
        _ => 1,
    };

    /// <summary>A column of vectors.</summary>
    public static TableColumn Vector(string name) => new(CanonicalString.Encode(name), name, ColumnType.Vector);

    /// <summary>A column of texts.</summary>
    public static TableColumn Text(string name) => new(CanonicalString.Encode(name), name, ColumnType.Text);

    /// <summary>The columns that hold what a shape tells of.</summary>
    public static IReadOnlyList<TableColumn> Of(Shape shape) =>
        [.. shape.Fields.Select(field => Of(field.Key, field.Shape))];

    private static TableColumn Of(byte[] key, Shape shape)
    {
        var type = TypeOf(shape);
        var name = key.Length == 0 ? EmptyName : CanonicalString.Decode(key);
        return type switch
        {
            ColumnType.Struct => new(key, name, type) { Fields = Of(shape) },
            ColumnType.List => new(key, name, type) { Element = Of("element"u8.ToArray(), shape.Element!) },
            _ => new(key, name, type),
        };
    }

    private static ColumnType TypeOf(Shape shape)
    {
        if (shape.IsJson || shape.Has(ValueKinds.HugeInteger))
        {
            return ColumnType.Json;
        }

        if (shape.Has(ValueKinds.Object))
        {
            return CanBeStruct(shape) ? ColumnType.Struct : ColumnType.Json;
        }

        return shape switch
        {
            _ when shape.Has(ValueKinds.Array) => ColumnType.List,
            _ when shape.Has(ValueKinds.Boolean) => ColumnType.Boolean,
            _ when shape.Has(ValueKinds.Fraction) =>
                shape.Has(ValueKinds.LongInteger) ? ColumnType.Json : ColumnType.Double,
            _ when shape.Has(ValueKinds.AnyNumber) => ColumnType.Integer,
            _ when shape.Has(ValueKinds.Text) => ColumnType.Text,
            _ when shape.Has(ValueKinds.Instant) => ColumnType.Instant,
            _ => ColumnType.Text,
        };
    }

    /// <summary>
    /// A struct has fields, and readers tell their names apart without regard to case.
    /// </summary>
    private static bool CanBeStruct(Shape shape) => shape.Fields.Count > 0
        && shape.Fields.Select(field => CanonicalString.Decode(field.Key)).Distinct(StringComparer.OrdinalIgnoreCase)
            .Count() == shape.Fields.Count
        && shape.Fields[0].Key.Length > 0;
}
