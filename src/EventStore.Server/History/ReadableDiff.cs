using System.Text;
using EventStore.Server.Wire;
using JsonDiffPatchDotNet;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace EventStore.Server.History;

/// <summary>
/// Differences for people and for other tools, as JsonDiffPatch.Net makes them. Changed texts are given whole, old and
/// new; array items are matched when they are equal.
/// </summary>
internal static class ReadableDiff
{
    public const string JsonDiffPatchFormat = "jsondiffpatch";
    public const string JsonPatchFormat = "json-patch";

    /// <summary>Compares two canonical documents, or <c>null</c>.</summary>
    /// <returns>A delta (<c>null</c> when nothing differs) or an array of RFC 6902 operations.</returns>
    /// <exception cref="BoomException">400: a document is too large for this.</exception>
    public static ReadOnlyMemory<byte> Create(
        ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right, string format, CancellationToken cancellationToken)
    {
        if (Math.Max(left.Length, right.Length) > ServerLimits.ReadableDiffBytes)
        {
            throw BoomException.BadRequest($"The document is too large to be compared as {format}; use format=mendoza");
        }

        var leftTree = DiffTree.Parse(left, out var leftArray);
        var rightTree = DiffTree.Parse(right, out var rightArray);
        cancellationToken.ThrowIfCancellationRequested();
        var compareItems = leftArray * rightArray <= ServerLimits.ReadableDiffArrayPairs
            && left.Length * rightArray <= ServerLimits.ReadableDiffWork
            && right.Length * leftArray <= ServerLimits.ReadableDiffWork;
        var delta = new JsonDiffPatch(new Options
        {
            TextDiff = TextDiffMode.Simple,
            ArrayDiff = compareItems ? ArrayDiffMode.Efficient : ArrayDiffMode.Simple,
        }).Diff(leftTree, rightTree);
        return Print(format == JsonPatchFormat
            ? JsonPatch.FromDelta(delta)
            : DiffTree.RestoreKeys(delta ?? JValue.CreateNull()));
    }

    private static ReadOnlyMemory<byte> Print(JToken token)
    {
        using var buffer = new MemoryStream();
        using (var text = new StreamWriter(buffer, new UTF8Encoding(false), leaveOpen: true))
        using (var writer = new JsonTextWriter(text))
        {
            token.WriteTo(writer);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
