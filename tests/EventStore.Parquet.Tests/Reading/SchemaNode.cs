namespace EventStore.Parquet.Tests.Reading;

/// <summary>A node of the schema with its levels.</summary>
internal sealed class SchemaNode
{
    public required string Name { get; init; }

    public required int Definition { get; init; }

    public required int Repetition { get; init; }

    public required bool IsList { get; init; }

    /// <summary>The physical type; null for groups.</summary>
    public required long? Type { get; init; }

    public List<SchemaNode> Children { get; } = [];

    public IEnumerable<SchemaNode> Leaves => Type is null ? Children.SelectMany(child => child.Leaves) : [this];

    public static SchemaNode Read(List<object> elements)
    {
        var next = 0;
        return Read(null);

        SchemaNode Read(SchemaNode? parent)
        {
            var element = (Dictionary<int, object>)elements[next++];
            var repetition = (long)element.GetValueOrDefault(3, 0L);
            var node = new SchemaNode
            {
                Name = CompactReader.Text(element[4]),
                Type = element.TryGetValue(1, out var type) ? (long)type : null,
                Definition = (parent?.Definition ?? 0) + (repetition > 0 ? 1 : 0),
                Repetition = (parent?.Repetition ?? 0) + (repetition == 2 ? 1 : 0),
                IsList = element.TryGetValue(6, out var converted) && (long)converted == 3,
            };
            for (var count = (long)element.GetValueOrDefault(5, 0L); count > 0; count--)
            {
                node.Children.Add(Read(node));
            }

            return node;
        }
    }
}
