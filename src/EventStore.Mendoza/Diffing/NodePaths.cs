using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

/// <summary>
/// For every value of the left document its container, its position there, and where equal values are to be looked
/// for.
/// </summary>
internal sealed class NodePaths
{
    /// <summary>Longest way, in steps of the cursor, to a value that is copied from elsewhere.</summary>
    public const int LongestWay = 16;

    private readonly int[] parents;
    private readonly int[] positions;
    private readonly Dictionary<ulong, int> byHash = [];

    public NodePaths(ref JsonIndex index, NodeHashes hashes, int shortestValue)
    {
        parents = new int[index.Count];
        positions = new int[index.Count];
        parents[0] = -1;
        for (int node = 0; node < index.Count; node++)
        {
            int child = node + 1;
            for (int i = 0; i < index[node].Count; i++)
            {
                parents[child] = node;
                positions[child] = i;
                child = index[child].Next;
            }
            if (index[node].Length >= shortestValue)
            {
                byHash.TryAdd(hashes[node], node);
            }
        }
    }

    public int Position(int node) => positions[node];

    public bool TryFind(ulong hash, out int node) => byHash.TryGetValue(hash, out node);

    /// <summary>
    /// The way of the cursor from one container to another: pops up to the nearest container of both, then pushes down.
    /// </summary>
    /// <param name="from">The container under the cursor.</param>
    /// <param name="to">The container to reach.</param>
    /// <param name="pops">How many pops.</param>
    /// <param name="pushes">The containers to push, the last one first.</param>
    /// <returns>How many pushes, or -1 when the way is too long.</returns>
    public int Way(int from, int to, out int pops, Span<int> pushes)
    {
        pops = 0;
        int count = 0;
        // Nodes are numbered in document order, so of two different nodes the later one cannot contain the earlier.
        while (from != to)
        {
            if (pops + count == LongestWay)
            {
                return -1;
            }
            if (from > to)
            {
                from = parents[from];
                pops++;
            }
            else
            {
                pushes[count++] = to;
                to = parents[to];
            }
        }
        return count;
    }

    public int Parent(int node) => parents[node];
}
