using EventStore.Mendoza.Diffing.Trees;

namespace EventStore.Mendoza.Diffing.Workspace;

/// <summary>The memory of a <see cref="DocumentTree"/>, reused from document to document.</summary>
internal sealed class TreeStore
{
    /// <summary>The only node that is nobody's child.</summary>
    public const int Root = 1;

    /// <summary>Documents of any size may have this many nodes.</summary>
    private const int LeastNodes = 64 * 1024;

    /// <summary>In larger documents, one node for so many bytes.</summary>
    private const int BytesPerNode = 4;

    private const int UsualBytesPerNode = 8;
    private const int UsualBytesPerContainer = 40;

    /// <summary>
    /// The values listed so far. The children of a container lie side by side, behind one node that ends where the
    /// container starts: so the key of every field begins behind the end of the node before it.
    /// </summary>
    public WorkList<TreeNode> Nodes = new();

    public WorkList<TreeContainer> Containers = new();

    /// <summary>What each 64 bytes of the text hold.</summary>
    public WorkList<StructureBlock> Blocks = new();

    /// <summary>How few containers may be open within each block at least; longer than the list of blocks.</summary>
    public WorkList<short> Lows = new();

    /// <summary>Hashes of the first nodes, 0 where not computed yet.</summary>
    public WorkList<uint> Hashes = new();

    /// <summary>Whether the text has bytes that start characters from U+E000 to U+FFFF.</summary>
    public bool HasUpper { get; set; }

    /// <summary>Whether the text has bytes that start characters above U+FFFF.</summary>
    public bool HasAstral { get; set; }

    /// <summary>Most nodes for the document at hand; what would take more stays unlisted.</summary>
    public int MaxNodes { get; private set; }

    public void Start(int textLength)
    {
        HasUpper = false;
        HasAstral = false;
        MaxNodes = Math.Max(LeastNodes, textLength / BytesPerNode);
        Nodes.Expect(textLength / UsualBytesPerNode);
        Containers.Expect(textLength / UsualBytesPerContainer);
    }

    public void Reset(int mostBytes)
    {
        Nodes.Reset(mostBytes);
        Containers.Reset(mostBytes);
        Hashes.Reset(mostBytes);
        Blocks.Reset(mostBytes);
        Lows.Reset(mostBytes);
    }
}
