using EventStore.Parquet.Values;

namespace EventStore.Parquet.Thrift;

/// <summary>A node of the schema as the footer lists them, from the top down.</summary>
internal sealed record SchemaElement
{
    private const int Required = 0;
    private const int Optional = 1;
    private const int Repeated = 2;
    private const int ListKind = 3;

    private SchemaElement(string name) => Name = name;

    private string Name { get; }

    private int? Repetition { get; init; }

    private int? Children { get; init; }

    private bool IsList { get; init; }

    private ParquetType? Type { get; init; }

    /// <summary>The nodes of a whole schema.</summary>
    public static IReadOnlyList<SchemaElement> Of(IReadOnlyList<ParquetField> fields)
    {
        var elements = new List<SchemaElement> { new("schema") { Children = fields.Count } };
        foreach (var field in fields)
        {
            Add(field, elements);
        }

        return elements;
    }

    public void WriteTo(CompactWriter output)
    {
        if (Type is { } type)
        {
            output.Int32(1, ParquetTypes.Physical(type));
        }

        if (Repetition is { } repetition)
        {
            output.Int32(3, repetition);
        }

        output.Text(4, Name);
        if (Children is { } children)
        {
            output.Int32(5, children);
        }

        WriteMeaning(output);
    }

    private static void Add(ParquetField field, List<SchemaElement> elements)
    {
        var repetition = field.IsNullable ? Optional : Required;
        switch (field)
        {
            case ParquetValueField value:
                elements.Add(new(field.Name) { Repetition = repetition, Type = value.Type });
                break;
            case ParquetStructField group:
                elements.Add(new(field.Name) { Repetition = repetition, Children = group.Fields.Count });
                foreach (var child in group.Fields)
                {
                    Add(child, elements);
                }

                break;
            case ParquetListField list:
                elements.Add(new(field.Name) { Repetition = repetition, Children = 1, IsList = true });
                elements.Add(new("list") { Repetition = Repeated, Children = 1 });
                Add(list.Element with { Name = "element" }, elements);
                break;
        }
    }

    /// <summary>The older way to say what the values mean, then the newer one, which replaces it.</summary>
    private void WriteMeaning(CompactWriter output)
    {
        int? converted = Type switch
        {
            ParquetType.Utf8 => 0,
            ParquetType.Timestamp => 10,
            ParquetType.Json => 19,
            _ => IsList ? ListKind : null,
        };
        if (converted is null)
        {
            return;
        }

        output.Int32(6, converted.Value);
        output.BeginStruct(10);
        switch (Type)
        {
            case ParquetType.Utf8:
                output.EmptyStruct(1);
                break;
            case ParquetType.Timestamp:
                output.BeginStruct(8);
                output.Boolean(1, true);
                output.BeginStruct(2);
                output.EmptyStruct(2);
                output.EndStruct();
                output.EndStruct();
                break;
            case ParquetType.Json:
                output.EmptyStruct(12);
                break;
            default:
                output.EmptyStruct(ListKind);
                break;
        }

        output.EndStruct();
    }
}
