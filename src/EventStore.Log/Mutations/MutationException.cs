namespace EventStore.Log.Mutations;

/// <summary>A list of mutations could not be read or applied; nothing of it was done.</summary>
public sealed class MutationException : Exception
{
    /// <summary>Names the failed mutations by their index in the list.</summary>
    public MutationException(IReadOnlyList<(int Index, MutationError Error)> items)
        : base($"Mutation(s) failed with {items.Count} error(s)") => Items = items;

    /// <summary>The failures, by ascending index; at most <see cref="Limits.ReportedErrors"/>.</summary>
    public IReadOnlyList<(int Index, MutationError Error)> Items { get; }
}
