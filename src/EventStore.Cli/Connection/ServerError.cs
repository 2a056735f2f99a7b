using System.Text;
using System.Text.Json;

namespace EventStore.Cli.Connection;

/// <summary>Turns the error bodies a server may send into one line of text.</summary>
internal static class ServerError
{
    private const int MaximumQuotedItems = 5;
    private const int MaximumQuotedText = 300;

    /// <summary>
    /// Knows the shapes of the HTTP APIs: <c>{"error":{"description","type","items"}}</c>,
    /// <c>{"statusCode","error","message"}</c>, <c>{"message"}</c> and <c>{"detail":[{"loc","msg"}]}</c>; other bodies are
    /// quoted as they are.
    /// </summary>
    public static string Describe(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Describe(json.RootElement) ?? Quote(body.Span);
        }
        catch (JsonException)
        {
            return Quote(body.Span);
        }
    }

    /// <summary>Null when <paramref name="root"/> is none of the known shapes.</summary>
    public static string? Describe(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (root.TryGetProperty("detail", out var faults) && faults.ValueKind == JsonValueKind.Array)
        {
            return string.Join("; ", faults.EnumerateArray().Take(MaximumQuotedItems).Select(DescribeFault));
        }

        var message = Text(root, "message");
        if (!root.TryGetProperty("error", out var error))
        {
            return message;
        }

        return error.ValueKind switch
        {
            JsonValueKind.String => message is null ? error.GetString() : $"{error.GetString()}: {message}",
            JsonValueKind.Object => DescribeObject(error),
            _ => message,
        };
    }

    private static string? DescribeObject(JsonElement error)
    {
        var description = Text(error, "description") ?? Text(error, "message") ?? Text(error, "type");
        if (error.TryGetProperty("start", out var start) && error.TryGetProperty("end", out var end))
        {
            return $"{description} at {start}..{end}";
        }

        if (!error.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array)
        {
            return description;
        }

        var reasons = items.EnumerateArray()
            .Select(item => item.TryGetProperty("error", out var inner) ? Text(inner, "description") : null)
            .Where(reason => reason is not null)
            .Take(MaximumQuotedItems);
        return $"{description}: {string.Join("; ", reasons)}";
    }

    /// <summary>Where in the body something is wrong, and what.</summary>
    private static string DescribeFault(JsonElement fault)
    {
        var places = fault.TryGetProperty("loc", out var place) && place.ValueKind == JsonValueKind.Array
            ? place.EnumerateArray().Skip(1).Select(part => part.ToString())
            : [];
        return $"{string.Join('.', places)}: {Text(fault, "msg")}";
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.ReplaceLineEndings(" ")
            : null;

    private static string Quote(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaximumQuotedText)]);
        return text.ReplaceLineEndings(" ").Trim();
    }
}
