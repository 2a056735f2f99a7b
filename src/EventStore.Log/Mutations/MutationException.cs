namespace EventStore.Log.Mutations;

/// <summary>A list of mutations could not be read or applied; nothing of it was done.</summary>
public sealed class MutationException : Exception
{
    /// <summary>Names the failed mutations by their index in the list.</summary>
    public MutationException(IReadOnlyList<(int Index, MutationError Error)> items)
        : base($"Mutation(s) failed with {items.Count} error(s)") => Items = items;

    /// <summary>The failure of a whole transaction, reported at its first mutation.</summary>
    public static MutationException Of(MutationError error) => new([(0, error)]);

    /// <summary>The failures, by ascending index; at most <see cref="Limits.ReportedErrors"/>.</summary>
    public IReadOnlyList<(int Index, MutationError Error)> Items { get; }
}
