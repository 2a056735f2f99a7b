using System.Globalization;
using System.Text.Encodings.Web;

namespace EventStore.Groq.Planning;

/// <summary>A simple value that documents are compared with.</summary>
/// <param name="Kind">Its type.</param>
/// <param name="Text">The string, if it is one.</param>
/// <param name="Number">The number, if it is one.</param>
public readonly record struct GroqConstant(GroqConstantKind Kind, string? Text = null, double Number = 0)
{
    public static GroqConstant Of(string text) => new(GroqConstantKind.String, text);

    public override string ToString() => Kind switch
    {
        GroqConstantKind.String => "\"" + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Text!) + "\"",
        GroqConstantKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        GroqConstantKind.Null => "null",
        _ => Kind == GroqConstantKind.True ? "true" : "false",
    };
}
