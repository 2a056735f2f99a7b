using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Merging;

/// <summary>
/// Carries the difference between two states of a document over to a third, which has other differences. Places are
/// members of objects; elements of arrays by their <c>_key</c> where all have one, else by where they stand; and whole
/// scalars. What both sides have changed at one place, and not to the same, is a conflict.
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
        var merge = new ValueMerge();
        var result = merge.Carry(Value(from), Value(to), Value(onto), null);
        return new(result?.ToCanonical() ?? default, merge.Conflicts);
    }

    private static JsonValue? Value(ReadOnlyMemory<byte> content) =>
        content.IsEmpty ? null : JsonValue.FromCanonical(content);
}
