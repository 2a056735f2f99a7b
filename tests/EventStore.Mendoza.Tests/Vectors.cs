using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace EventStore.Mendoza.Tests;

/// <summary>
/// A pair of documents and the patches the reference differ made for it; for a few pairs the npm patcher gets those
/// wrong.
/// </summary>
internal sealed record Vector(
    int Line, string Kind, byte[] Left, byte[] Right, byte[] Apply, byte[] Revert, bool IsWrongInNpm);

/// <summary>A hand-written patch: the result it must give, or null where it must fail.</summary>
internal sealed record MachineVector(string Note, byte[] Left, byte[] Patch, byte[]? Right);

/// <summary>The recorded vectors under tests/fixtures/mendoza, all values in canonical spelling.</summary>
internal static class Vectors
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = MendozaLimits.MaxDepth + 10 };

    private static readonly Lazy<IReadOnlyList<Vector>> LazyPairs = new(ReadPairs);

    public static IReadOnlyList<Vector> Pairs => LazyPairs.Value;

    public static IEnumerable<MachineVector> Machine() => Lines("vm-vectors").Select(line =>
    {
        using JsonDocument document = JsonDocument.Parse(line, Deep);
        JsonElement root = document.RootElement;
        byte[]? right = root.TryGetProperty("right", out JsonElement value) ? Canonical(value) : null;
        return new MachineVector(
            root.GetProperty("note").GetString()!,
            Canonical(root.GetProperty("left")),
            Encoding.UTF8.GetBytes(root.GetProperty("patch").GetRawText()),
            right);
    });

    /// <summary>
    /// Canonical text with every number in one spelling of its double, as the reference sees numbers.
    /// </summary>
    public static string Normalized(ReadOnlySpan<byte> canonical)
    {
        var text = new StringBuilder();
        var reader = new Utf8JsonReader(canonical, new JsonReaderOptions { MaxDepth = MendozaLimits.MaxDepth + 10 });
        int copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number)
            {
                int start = (int)reader.TokenStartIndex;
                text.Append(Encoding.UTF8.GetString(canonical[copied..start]));
                text.Append(reader.GetDouble().ToString("R", CultureInfo.InvariantCulture));
                copied = start + reader.ValueSpan.Length;
            }
        }
        text.Append(Encoding.UTF8.GetString(canonical[copied..]));
        return text.ToString();
    }

    private static IReadOnlyList<Vector> ReadPairs() => [.. Lines("vectors").Select((line, index) =>
    {
        using JsonDocument document = JsonDocument.Parse(line, Deep);
        JsonElement root = document.RootElement;
        return new Vector(
            index + 1,
            root.GetProperty("kind").GetString()!,
            Canonical(root.GetProperty("left")),
            Canonical(root.GetProperty("right")),
            Canonical(root.GetProperty("apply")),
            Canonical(root.GetProperty("revert")),
            root.TryGetProperty("js", out _));
    })];

    private static byte[] Canonical(JsonElement value) =>
        CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(value.GetRawText()), JsonLimits.Default);

    private static IEnumerable<string> Lines(string name)
    {
        using FileStream file = File.OpenRead(
            Path.Combine(AppContext.BaseDirectory, "fixtures", "mendoza", name + ".ndjson.gz"));
        using var unpacked = new StreamReader(new GZipStream(file, CompressionMode.Decompress), Encoding.UTF8);
        while (unpacked.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
