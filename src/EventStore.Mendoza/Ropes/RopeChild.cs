namespace EventStore.Mendoza.Ropes;

/// <summary>A child of a container: its node, and the range of its key with the quotes, empty for an element.</summary>
internal readonly record struct RopeChild(int Node, int KeyStart, int KeyEnd)
{
    public bool HasKey => KeyEnd != KeyStart;
}
