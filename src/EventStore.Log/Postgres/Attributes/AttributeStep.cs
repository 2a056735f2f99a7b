using EventStore.Log.Projections.Attributes;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>What takes an attribute index from one state to another; written whole or not at all.</summary>
internal sealed class AttributeStep : IDisposable
{
    /// <summary>What it starts from.</summary>
    public required AttributeState From { get; init; }

    /// <summary>What the index is true at afterwards.</summary>
    public required long Sequence { get; init; }

    /// <summary>Entries of the documents as they were.</summary>
    public AttributeEntries Before { get; } = new();

    /// <summary>Entries of the documents as they are.</summary>
    public AttributeEntries After { get; } = new();

    /// <summary>Of those before, the ones to delete.</summary>
    public IReadOnlyList<int> Removed { get; private set; } = [];

    /// <summary>Of those after, the ones to insert.</summary>
    public IReadOnlyList<int> Added { get; private set; } = [];

    public List<(int Number, string Name)> NewTypes { get; } = [];

    /// <summary>Paths that reach further afterwards.</summary>
    public IReadOnlyList<int> BuiltPaths { get; set; } = [];

    /// <summary>How far; null for all documents.</summary>
    public string? BuiltUpTo { get; set; }

    /// <summary>Finds what differs, once everything is gathered.</summary>
    public void Seal()
    {
        Before.Sort();
        After.Sort();
        (Removed, Added) = AttributeEntries.Compare(Before, After);
    }

    public void Dispose()
    {
        Before.Dispose();
        After.Dispose();
    }
}
