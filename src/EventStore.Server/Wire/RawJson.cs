using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EventStore.Server.Wire;

/// <summary>Rewrites JSON and keeps the spelling of everything that is not rewritten.</summary>
public static class RawJson
{
    /// <summary>Deep enough for every document.</summary>
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <summary>Writes a value.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="output">Where to.</param>
    /// <param name="rewrite">Writes an object itself and returns true, or leaves it to this method.</param>
    public static void Write(
        JsonElement value, IBufferWriter<byte> output, Func<JsonElement, IBufferWriter<byte>, bool> rewrite)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                output.Write("["u8);
                var isFirst = true;
                foreach (var element in value.EnumerateArray())
                {
                    output.Write(isFirst ? [] : ","u8);
                    isFirst = false;
                    Write(element, output, rewrite);
                }

                output.Write("]"u8);
                break;
            case JsonValueKind.Object when !rewrite(value, output):
                output.Write("{"u8);
                WriteMembers(value, output, rewrite, [], separated: false);
                output.Write("}"u8);
                break;
            case JsonValueKind.Object:
                break;
            default:
                output.Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    /// <summary>Writes the members of an object except one.</summary>
    /// <param name="value">The object.</param>
    /// <param name="output">Where to.</param>
    /// <param name="rewrite">For the values of the members.</param>
    /// <param name="omitted">Names of members that are left out.</param>
    /// <param name="separated">Whether there are members before these.</param>
    public static void WriteMembers(
        JsonElement value,
        IBufferWriter<byte> output,
        Func<JsonElement, IBufferWriter<byte>, bool> rewrite,
        IReadOnlyList<string> omitted,
        bool separated)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (omitted.Any(member.NameEquals))
            {
                continue;
            }

            output.Write(separated ? ",\""u8 : "\""u8);
            separated = true;
            output.Write(JsonMarshal.GetRawUtf8PropertyName(member));
            output.Write("\":"u8);
            Write(member.Value, output, rewrite);
        }
    }

    /// <summary>A member that is a string.</summary>
    public static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;
}
