using System.Globalization;
using System.Text;
using System.Text.Json;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Patches;

/// <summary>Equality of JSON as JavaScript and the reference see it: numbers are doubles, however spelled.</summary>
internal static class JsonValues
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = JsonLimits.DefaultMaxDepth };

    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        using var first = JsonDocument.Parse(left.ToArray(), Deep);
        using var second = JsonDocument.Parse(right.ToArray(), Deep);
        return AreEqual(first.RootElement, second.RootElement);
    }

    /// <summary>Canonical text with every number in the one spelling that .NET gives its double.</summary>
    public static byte[] WithPlainNumbers(ReadOnlySpan<byte> canonical)
    {
        using var plain = new MemoryStream(canonical.Length);
        var reader = new Utf8JsonReader(canonical, new JsonReaderOptions { MaxDepth = JsonLimits.DefaultMaxDepth });
        var copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number)
            {
                var start = (int)reader.TokenStartIndex;
                plain.Write(canonical[copied..start]);
                var number = reader.GetDouble().ToString("R", CultureInfo.InvariantCulture);
                plain.Write(Encoding.UTF8.GetBytes(number));
                copied = start + reader.ValueSpan.Length;
            }
        }

        plain.Write(canonical[copied..]);
        return plain.ToArray();
    }

    private static bool AreEqual(JsonElement left, JsonElement right) => left.ValueKind == right.ValueKind
        && left.ValueKind switch
        {
            JsonValueKind.Number => left.GetDouble().Equals(right.GetDouble()),
            JsonValueKind.Array => left.GetArrayLength() == right.GetArrayLength()
                && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
            JsonValueKind.Object => left.GetPropertyCount() == right.GetPropertyCount()
                && left.EnumerateObject().All(property =>
                    right.TryGetProperty(property.Name, out var value) && AreEqual(property.Value, value)),
            _ => JsonElement.DeepEquals(left, right),
        };
}
