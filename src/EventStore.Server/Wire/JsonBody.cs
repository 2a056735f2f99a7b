using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Mendoza;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Wire;

/// <summary>
/// The JSON object in the body of a management request. Every refusal names the field it is about; fields that nobody
/// asks for are ignored, as clients send more than is documented.
/// </summary>
internal sealed class JsonBody
{
    private readonly JsonObject _fields;

    private JsonBody(JsonObject fields) => _fields = fields;

    /// <summary>An object that was read before.</summary>
    public static JsonBody Of(JsonObject fields) => new(fields);

    /// <summary>Reads the body; none at all counts as an empty object.</summary>
    /// <exception cref="BoomException">400: it is not a JSON object. 413: it is too long.</exception>
    public static async Task<JsonBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await ReadBytesAsync(request, cancellationToken);
        if (body.IsEmpty)
        {
            return new([]);
        }

        try
        {
            var json = CanonicalJson.Canonicalize(body.Span, ServerLimits.ManagementJson);
            return JsonNode.Parse(json) is JsonObject fields
                ? new(fields)
                : throw BoomException.BadRequest("The body must be a JSON object");
        }
        catch (JsonFormatException exception)
        {
            throw BoomException.BadRequest($"The body is not valid JSON: {exception.Message}");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await RequestBody.ReadAsync(request, ServerLimits.ManagementBodyBytes, cancellationToken);
        }
        catch (DescribedException exception)
        {
            // Management calls are refused in another shape than data calls.
            throw new BoomException(exception.StatusCode, exception.Message);
        }
    }

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Contains(string name) => _fields.ContainsKey(name);

    /// <summary>A text that is not blank; null when the field is absent or null.</summary>
    public string? Text(string name, int maxLength = ServerLimits.ManagementTextLength)
    {
        if (_fields[name] is not { } node)
        {
            return null;
        }

        var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > maxLength || text.Any(char.IsControl))
        {
            throw BoomException.BadRequest(
                $"\"{name}\" must be a text of 1 to {maxLength.ToString(CultureInfo.InvariantCulture)} characters "
                + "without control characters");
        }

        return text;
    }

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string name, int maxLength = ServerLimits.ManagementTextLength) =>
        Text(name, maxLength) ?? throw BoomException.BadRequest($"\"{name}\" is required");

    /// <summary>A text that may be empty, which counts as null.</summary>
    public string? OptionalText(string name, int maxLength = ServerLimits.ManagementTextLength) =>
        _fields[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String
        && value.GetValue<string>().Length == 0
            ? null
            : Text(name, maxLength);

    public bool? Flag(string name) => _fields[name]?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw BoomException.BadRequest($"\"{name}\" must be true or false"),
    };

    public int? Number(string name, int min, int max)
    {
        if (_fields[name] is not { } node)
        {
            return null;
        }

        return node is JsonValue value && value.TryGetValue<int>(out var number) && number >= min && number <= max
            ? number
            : throw BoomException.BadRequest(string.Create(
                CultureInfo.InvariantCulture, $"\"{name}\" must be a whole number from {min} to {max}"));
    }

    public string? Choice(string name, IReadOnlyList<string> choices)
    {
        if (_fields[name] is not { } node)
        {
            return null;
        }

        var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
        return text is not null && choices.Contains(text)
            ? text
            : throw BoomException.BadRequest($"\"{name}\" must be one of {string.Join(", ", choices)}");
    }

    /// <summary>An instant, see <see cref="WireTime"/>.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return WireTime.TryParse(text, out var time)
            ? time
            : throw BoomException.BadRequest($"\"{name}\" must be a time like 2025-02-19T12:00:00Z");
    }

    public JsonArray? Items(string name) => _fields[name] switch
    {
        null => null,
        JsonArray found => found,
        _ => throw BoomException.BadRequest($"\"{name}\" must be an array"),
    };

    public JsonObject? Object(string name) => _fields[name] switch
    {
        null => null,
        JsonObject found => found,
        _ => throw BoomException.BadRequest($"\"{name}\" must be an object"),
    };
}
