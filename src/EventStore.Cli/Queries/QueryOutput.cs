using System.Text.Json;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Queries;

/// <summary>Writes the result of a query.</summary>
internal static class QueryOutput
{
    private const int LongestField = 80;

    /// <summary>An array as one line an element, so that it can be piped on; anything else as one line.</summary>
    public static async Task WriteLinesAsync(
        ReadOnlyMemory<byte> result, OutputStream output, CancellationToken cancellation)
    {
        foreach (ReadOnlyMemory<byte> line in JsonLines.Cut(result))
        {
            await output.WriteAsync(line, cancellation);
            await output.WriteAsync("\n"u8.ToArray(), cancellation);
        }

        await output.FlushAsync(cancellation);
    }

    /// <summary>The result as it came, on one line.</summary>
    public static async Task WriteAsync(
        ReadOnlyMemory<byte> result, OutputStream output, CancellationToken cancellation)
    {
        await output.WriteAsync(result, cancellation);
        await output.WriteAsync("\n"u8.ToArray(), cancellation);
        await output.FlushAsync(cancellation);
    }

    /// <summary>A row for each element, with a column for each attribute that one of them has.</summary>
    public static async Task WriteTableAsync(
        ReadOnlyMemory<byte> result, StandardStreams streams, CancellationToken cancellation)
    {
        using var json = JsonDocument.Parse(result, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        List<JsonElement> rows = json.RootElement.ValueKind == JsonValueKind.Array
            ? [.. json.RootElement.EnumerateArray()]
            : [json.RootElement];
        List<string> columns = [.. rows
            .Where(row => row.ValueKind == JsonValueKind.Object)
            .SelectMany(row => row.EnumerateObject().Select(member => member.Name))
            .Distinct()];
        bool hasOthers = columns.Count == 0 || rows.Exists(row => row.ValueKind != JsonValueKind.Object);
        string[] headings = [.. hasOthers ? ["value"] : Array.Empty<string>(), .. columns];
        var table = new OutputTable(streams, headings);
        foreach (JsonElement row in rows)
        {
            var fields = headings.Select(heading => Field(row, heading, columns)).ToArray();
            await table.AddAsync(fields, cancellation);
        }

        await table.CompleteAsync(cancellation);
    }

    private static string Field(JsonElement row, string heading, List<string> columns)
    {
        if (row.ValueKind == JsonValueKind.Object)
        {
            return row.TryGetProperty(heading, out JsonElement value) ? Show(value) : "";
        }

        return columns.Contains(heading) ? "" : Show(row);
    }

    private static string Show(JsonElement value)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
        return text.Length <= LongestField ? text : string.Concat(text.AsSpan(0, LongestField - 1), "…");
    }
}
