using Microsoft.OpenApi;

namespace EventStore.Server.Reference;

/// <summary>
/// A field or parameter, written <c>name type what it means</c>. An exclamation mark after the name says that it must
/// be there. Types: <c>string</c>, <c>boolean</c>, <c>integer</c>, <c>object</c>, <c>time</c>, <c>any</c>, the name of
/// a shape, <c>one|of|these</c>, <c>=this</c>; <c>[]</c> after any of them makes an array, <c>?</c> allows null.
/// </summary>
internal sealed record FieldLine(string Name, bool IsRequired, IOpenApiSchema Schema, string Description)
{
    public static FieldLine Parse(string line, OpenApiDocument document)
    {
        var parts = line.Split(' ', 3);
        return new(parts[0].TrimEnd('!'), parts[0].EndsWith('!'), SchemaOf(parts[1], parts[2], document), parts[2]);
    }

    /// <summary>The schema of a type.</summary>
    public static IOpenApiSchema SchemaOf(string type, string? description, OpenApiDocument document)
    {
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            var items = SchemaOf(type[..^2], null, document);
            return new OpenApiSchema { Type = JsonSchemaType.Array, Items = items, Description = description };
        }

        var isNullable = type.EndsWith('?');
        type = type.TrimEnd('?');
        if (char.IsUpper(type[0]))
        {
            return new OpenApiSchemaReference(type, document);
        }

        var schema = new OpenApiSchema { Description = description };
        if (type.StartsWith('=') || type.Contains('|', StringComparison.Ordinal))
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. type.TrimStart('=').Split('|')];
            return schema;
        }

        schema.Type = type switch
        {
            "string" or "time" => JsonSchemaType.String,
            "boolean" => JsonSchemaType.Boolean,
            "integer" => JsonSchemaType.Integer,
            "object" => JsonSchemaType.Object,
            "any" => null,
            _ => throw new ArgumentException($"There is no type \"{type}\".", nameof(type)),
        };
        schema.Format = type == "time" ? "date-time" : null;
        if (isNullable)
        {
            schema.Type |= JsonSchemaType.Null;
        }

        return schema;
    }

    /// <summary>The schema of an object with fields.</summary>
    public static OpenApiSchema ObjectOf(
        IEnumerable<string> lines, string? description, OpenApiDocument document)
    {
        var fields = lines.Select(line => Parse(line, document)).ToList();
        return new()
        {
            Type = JsonSchemaType.Object,
            Description = description,
            Properties = fields.ToDictionary(field => field.Name, field => field.Schema),
            Required = fields.Where(field => field.IsRequired).Select(field => field.Name).ToHashSet(),
        };
    }
}
