using EventStore.Mendoza.Diffing.Trees;

namespace EventStore.Mendoza.Diffing.Workspace;

/// <summary>What <see cref="TreeBuilder"/> works with; empty between its uses.</summary>
internal sealed class TreeScratch
{
    /// <summary>In an array long enough to matter.</summary>
    private const int UsualBytesPerElement = 5;

    /// <summary>
    /// The containers that are open, each followed by its children so far. Of a field that is a scalar, the start is
    /// still that of its key.
    /// </summary>
    public WorkList<TreeNode> Pending = new();

    public WorkList<OpenContainer> Open = new();

    public void Start(int textLength) => Pending.Expect(textLength / UsualBytesPerElement);

    public void Reset(int mostBytes)
    {
        Pending.Reset(mostBytes);
        Open.Reset(mostBytes);
    }
}

/// <summary>An array or object whose end has not been reached.</summary>
internal struct OpenContainer
{
    /// <summary>Its place among the pending nodes.</summary>
    public int Entry;

    /// <summary>How many containers were known before it.</summary>
    public int Containers;

    /// <summary>Children that were counted and forgotten, as they were too many.</summary>
    public int Forgotten;

    /// <summary>Whether all further children are only counted.</summary>
    public bool IsCollapsed;

    /// <summary>The first child of the left container that stands in its place.</summary>
    public int TwinFirst;

    /// <summary>How many children that has; 0 when there is no such container.</summary>
    public int TwinCount;

    /// <summary>How many of them lie before the child at hand.</summary>
    public int TwinAt;
}
