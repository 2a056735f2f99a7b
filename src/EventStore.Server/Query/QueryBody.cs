using System.Text.Json;
using EventStore.Mendoza;
using EventStore.Server.Wire;

namespace EventStore.Server.Query;

/// <summary>The body of a query: <c>{query, params?: {name: value}, perspective?}</c>.</summary>
internal sealed record QueryBody(
    string? Query, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Parameters, string? Perspective)
{
    /// <summary>Reads a body. Members it does not know are ignored.</summary>
    /// <exception cref="JsonFormatException">The text is no JSON or outside the limits.</exception>
    /// <exception cref="DescribedException">The JSON is no query.</exception>
    public static QueryBody Parse(ReadOnlySpan<byte> json)
    {
        ReadOnlyMemory<byte> canonical = CanonicalJson.Canonicalize(json, ServerLimits.QueryJson);
        var reader = new Utf8JsonReader(canonical.Span, new() { MaxDepth = ServerLimits.QueryJson.MaxDepth + 1 });
        reader.Read();
        DescribedException.Require(
            reader.TokenType == JsonTokenType.StartObject, "The body must be a JSON object with a \"query\"");
        string? query = null;
        string? perspective = null;
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? parameters = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "query":
                    DescribedException.Require(
                        reader.TokenType == JsonTokenType.String, "\"query\" must be a string");
                    query = reader.GetString();
                    break;
                case "params" when reader.TokenType != JsonTokenType.Null:
                    DescribedException.Require(
                        reader.TokenType == JsonTokenType.StartObject, "\"params\" must be an object");
                    parameters = QueryJson.ReadParameters(ref reader, canonical);
                    break;
                case "perspective":
                    perspective = ReadPerspective(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(query, parameters, perspective);
    }

    /// <summary>A text, or a list of them.</summary>
    private static string? ReadPerspective(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            DescribedException.Require(
                reader.TokenType is JsonTokenType.String or JsonTokenType.Null,
                "\"perspective\" must be a string or an array of strings");
            return reader.GetString();
        }

        var names = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            DescribedException.Require(
                reader.TokenType == JsonTokenType.String, "\"perspective\" must be a string or an array of strings");
            names.Add(reader.GetString()!);
        }

        return string.Join(',', names);
    }
}
