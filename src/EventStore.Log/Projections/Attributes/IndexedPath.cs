namespace EventStore.Log.Projections.Attributes;

/// <summary>A path that the attribute index has or is being given.</summary>
/// <param name="Number">Stands for it in keys.</param>
/// <param name="Path">Its names; those of the built-in ones that are no attributes do not matter.</param>
/// <param name="BuiltUpTo">The last document that is in; null when all are.</param>
public sealed record IndexedPath(int Number, AttributePath Path, string? BuiltUpTo)
{
    /// <summary>Whether every document is in.</summary>
    public bool IsComplete => BuiltUpTo is null;

    /// <summary>Whether a document is in, or would be.</summary>
    internal bool Covers(string id) => BuiltUpTo is null || string.CompareOrdinal(id, BuiltUpTo) <= 0;
}
