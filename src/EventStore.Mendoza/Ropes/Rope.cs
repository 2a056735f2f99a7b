using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

/// <summary>
/// The nodes of a document under change, all revisions since its text was last written out. Nodes and entries are only
/// ever added; a slot only ever learns more about its text. So whoever holds a node's number holds a revision.
/// </summary>
internal sealed class Rope : IDisposable
{
    public PooledList<RopeNode> Nodes;
    public PooledList<RopeSlot> Slots;
    public PooledList<RopeEntry> Entries;

    /// <summary>Bytes of memory that the nodes in use take, of which most may be of older revisions.</summary>
    public long Weight => Nodes.UsedBytes + Slots.UsedBytes + Entries.UsedBytes;

    /// <summary>Bytes of memory that its lists have rented.</summary>
    public long Capacity => Nodes.Bytes + Slots.Bytes + Entries.Bytes;

    /// <summary>How many more entries of older values may be copied.</summary>
    public int CopiesLeft { get; set; } = int.MaxValue;

    /// <summary>Counts copies of entries of older values.</summary>
    /// <exception cref="WornRopeException">There were too many.</exception>
    public void CountCopies(int count)
    {
        CopiesLeft -= count;
        if (CopiesLeft < 0)
        {
            throw WornRopeException.Instance;
        }
    }

    public void Clear()
    {
        Nodes.Truncate(0);
        Slots.Truncate(0);
        Entries.Truncate(0);
    }

    public void Dispose()
    {
        Nodes.Dispose();
        Slots.Dispose();
        Entries.Dispose();
    }
}
