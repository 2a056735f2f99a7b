using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Merging;

/// <summary>
/// Carries the difference between two states of a document over to a third, which has other differences. Places are
/// members of objects; elements of arrays by their <c>_key</c> where all have one, else by where they stand; and whole
/// scalars. What both sides have changed at one place, and not to the same, is a conflict. A document that was created
/// anew on one side is another document: whatever would change in it is a conflict about the whole.
/// </summary>
public static class DocumentMerge
{
    /// <summary>Most conflicts that are named; there may be more.</summary>
    public const int ConflictsNamed = 20;

    /// <param name="from">The state that the difference leads away from; empty for no document.</param>
    /// <param name="to">The state that it leads to.</param>
    /// <param name="onto">The state that it is carried over to.</param>
    /// <returns>Canonical, like what comes in. In a conflict it has what <paramref name="to"/> has.</returns>
    public static MergedDocument Carry(
        ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to, ReadOnlyMemory<byte> onto)
    {
        var (left, right, target) = (Value(from), Value(to), Value(onto));
        var merge = new ValueMerge();
        var result = merge.Carry(left, right, target, null)?.ToCanonical() ?? default;
        return IsCreatedAnew(left, right, target) && !result.Span.SequenceEqual(onto.Span)
            ? new(to, [MergePath.Spell(null)])
            : new(result, merge.Conflicts);
    }

    private static bool IsCreatedAnew(JsonValue? from, JsonValue? to, JsonValue? onto) =>
        CreationOf(from) is { } old
        && CreationOf(to)?.ContentEquals(old) == true
        && CreationOf(onto)?.ContentEquals(old) == false;

    private static JsonValue? CreationOf(JsonValue? document) => document?.Find("_createdAt"u8);

    private static JsonValue? Value(ReadOnlyMemory<byte> content) =>
        content.IsEmpty ? null : JsonValue.FromCanonical(content);
}
