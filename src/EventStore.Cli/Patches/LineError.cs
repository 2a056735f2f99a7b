using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventStore.Mendoza;

namespace EventStore.Cli.Patches;

/// <summary>Why a line was not good.</summary>
/// <param name="Code">For programs: what kind of failure, in camelCase.</param>
/// <param name="Message">For people.</param>
internal readonly record struct LineError(string Code, string Message)
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line is not what the verb reads.</summary>
    public static LineError OfLine(string message) => new("invalidLine", message);

    /// <summary>A document in the line is not JSON that the store would take.</summary>
    public static LineError OfDocument(string field, JsonFormatException failure) =>
        new("invalidJson", $"{field}: {failure.Message}");

    /// <summary>A patch cannot be decoded, or not applied to this document.</summary>
    public static LineError OfPatch(string field, MendozaError error) =>
        new(JsonNamingPolicy.CamelCase.ConvertName(error.Code.ToString()), $"{field}: {error.Message}");

    /// <summary>A patch gives another document than the one expected.</summary>
    public static LineError OfResult(string field, string expected) =>
        new("differentResult", $"{field}: the result is not equal to {expected}");

    /// <summary>Writes <c>{"code","message"}</c>.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Format);
        writer.WriteStartObject();
        writer.WriteString("code", Code);
        writer.WriteString("message", Message);
        writer.WriteEndObject();
    }
}
