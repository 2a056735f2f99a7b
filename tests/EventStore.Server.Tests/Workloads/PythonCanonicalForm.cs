using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventStore.Server.Tests.Workloads;

/// <summary>
/// The canonical form that the workloads' checksums are taken over: what Python's <c>json.dumps(doc, sort_keys=True,
/// separators=(',', ':'))</c> gives. The system fields that the server sets are left out.
/// </summary>
internal static class PythonCanonicalForm
{
    private static readonly string[] SystemFields = ["_rev", "_createdAt", "_updatedAt"];

    public static void Append(ReadOnlySpan<byte> document, StringBuilder output)
    {
        var reader = new Utf8JsonReader(document);
        using var parsed = JsonDocument.ParseValue(ref reader);
        AppendObject(parsed.RootElement.EnumerateObject().Where(member => !SystemFields.Contains(member.Name)), output);
    }

    /// <summary>The shortest digits that read back as the same double, laid out as Python does.</summary>
    public static string Number(string raw)
    {
        if (raw.AsSpan().IndexOfAny(".eE") < 0)
        {
            return raw == "-0" ? "0" : raw;
        }

        var value = double.Parse(raw, CultureInfo.InvariantCulture);
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var power = scientific.AsSpan(scientific.IndexOf('E') + 1);
        var exponent = value == 0 ? 0 : int.Parse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 16)
        {
            var plain = shortest.Contains('E') ? value.ToString("0.####################", CultureInfo.InvariantCulture) : shortest;
            return plain.Contains('.') ? plain : plain + ".0";
        }

        var digits = shortest.Split('E')[0].Replace(".", "").TrimStart('-').Trim('0');
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return $"{(value < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static void Append(JsonElement value, StringBuilder output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(value.EnumerateObject(), output);
                break;
            case JsonValueKind.Array:
                output.Append('[');
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    output.Append(first ? "" : ",");
                    Append(item, output);
                    first = false;
                }

                output.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(value.GetString()!, output);
                break;
            case JsonValueKind.Number:
                output.Append(Number(value.GetRawText()));
                break;
            default:
                output.Append(value.GetRawText());
                break;
        }
    }

    private static void AppendObject(IEnumerable<JsonProperty> members, StringBuilder output)
    {
        output.Append('{');
        var first = true;
        foreach (var member in members.OrderBy(member => member.Name, CodePointOrder.Instance))
        {
            output.Append(first ? "" : ",");
            AppendString(member.Name, output);
            output.Append(':');
            Append(member.Value, output);
            first = false;
        }

        output.Append('}');
    }

    private static void AppendString(string text, StringBuilder output)
    {
        output.Append('"');
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append("\\\\"),
                '\n' => output.Append("\\n"),
                '\r' => output.Append("\\r"),
                '\t' => output.Append("\\t"),
                '\b' => output.Append("\\b"),
                '\f' => output.Append("\\f"),
                >= ' ' and <= '~' => output.Append(unit),
                _ => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
            };
        }

        output.Append('"');
    }

    private sealed class CodePointOrder : IComparer<string>
    {
        public static readonly CodePointOrder Instance = new();

        public int Compare(string? one, string? other) =>
            Encoding.UTF8.GetBytes(one!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other!));
    }
}
