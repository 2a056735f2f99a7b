using System.Runtime.InteropServices;
using System.Text.Json;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Patches;

/// <summary>A recorded pair of documents with the patches of the reference differ, all in canonical form.</summary>
/// <param name="Left">The document before.</param>
/// <param name="Right">The document after.</param>
/// <param name="Apply">From left to right, with the fewest escapes.</param>
/// <param name="Revert">From right to left.</param>
/// <param name="IsRightInJavaScript">Whether the npm patcher gives the right document (FORMAT.md, section
/// 12).</param>
internal sealed record ReferenceVector(
    byte[] Left, byte[] Right, byte[] Apply, byte[] Revert, bool IsRightInJavaScript)
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = JsonLimits.DefaultMaxDepth };

    public static IEnumerable<ReferenceVector> Read(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            using var vector = JsonDocument.Parse(line, Deep);
            yield return new(
                Canonical(vector, "left"),
                Canonical(vector, "right"),
                Canonical(vector, "apply"),
                Canonical(vector, "revert"),
                !vector.RootElement.TryGetProperty("js", out _));
        }
    }

    private static byte[] Canonical(JsonDocument vector, string field) => CanonicalJson.Canonicalize(
        JsonMarshal.GetRawUtf8Value(vector.RootElement.GetProperty(field)), JsonLimits.Default);
}
