namespace EventStore.Mendoza.Ropes;

/// <summary>A child of a container. Filled and read field by field, never copied whole.</summary>
internal struct RopeChild
{
    public int Node;

    /// <summary>The range of its key with the quotes; empty for an element.</summary>
    public int KeyStart;

    /// <inheritdoc cref="KeyStart"/>
    public int KeyEnd;
}
