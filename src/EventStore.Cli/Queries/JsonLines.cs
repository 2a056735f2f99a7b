using System.Text.Json;

namespace EventStore.Cli.Queries;

/// <summary>Cuts a JSON text into lines.</summary>
internal static class JsonLines
{
    /// <summary>The elements of an array, or the text itself when it is something else.</summary>
    public static List<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> json)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            lines.Add(json);
            return lines;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            lines.Add(json[start..(int)reader.BytesConsumed]);
        }

        return lines;
    }
}
