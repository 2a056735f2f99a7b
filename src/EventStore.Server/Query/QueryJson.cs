using System.Text.Json;

namespace EventStore.Server.Query;

/// <summary>Parameters of queries in JSON.</summary>
internal static class QueryJson
{
    /// <summary>Reads an object that the reader has come to: slices of the text by name.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> ReadParameters(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> text)
    {
        var parameters = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            parameters[name] = text[start..(int)reader.BytesConsumed];
        }

        return parameters;
    }

    /// <summary>Reads an object that is a text of its own.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> ReadParameters(ReadOnlyMemory<byte> text)
    {
        var reader = new Utf8JsonReader(text.Span, new() { MaxDepth = ServerLimits.QueryJson.MaxDepth + 1 });
        reader.Read();
        return ReadParameters(ref reader, text);
    }
}
