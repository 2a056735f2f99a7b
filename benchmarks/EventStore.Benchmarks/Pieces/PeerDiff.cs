using JsonDiffPatchDotNet;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace EventStore.Benchmarks.Pieces;

/// <summary>
/// JsonDiffPatch.Net with its default options, from text to text. Printing is without indentation, unlike that of its
/// own overloads for strings, so that it has less to write.
/// </summary>
internal static class PeerDiff
{
    private static readonly JsonDiffPatch Library = new();

    /// <returns>The delta from left to right.</returns>
    public static string Create(string left, string right) =>
        Print(Library.Diff(JToken.Parse(left), JToken.Parse(right)));

    public static string Apply(string left, string delta) =>
        Print(Library.Patch(JToken.Parse(left), JToken.Parse(delta)));

    /// <summary>Applies deltas in order; the document is parsed and printed once.</summary>
    public static string Replay(string first, IEnumerable<string> deltas) => Print(
        deltas.Aggregate(JToken.Parse(first), (document, delta) => Library.Patch(document, JToken.Parse(delta))));

    /// <exception cref="InvalidOperationException">The library's result is another document.</exception>
    public static void RequireEqual(string actual, string expected)
    {
        if (!JToken.DeepEquals(JToken.Parse(actual), JToken.Parse(expected)))
        {
            throw new InvalidOperationException("JsonDiffPatch.Net did not give the right document.");
        }
    }

    private static string Print(JToken token) => token.ToString(Formatting.None);
}
