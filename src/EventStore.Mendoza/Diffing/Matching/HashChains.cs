using System.Numerics;
using EventStore.Mendoza.Diffing.Workspace;

namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>
/// Members of one container by a hash, on memory that is taken and given back like a stack: a container's table lives
/// while its members are planned, and theirs on top of it.
/// </summary>
internal readonly struct HashChains
{
    private readonly int first;
    private readonly int heads;
    private readonly int chain;
    private readonly int shift;

    /// <summary>A table for members from first on.</summary>
    public HashChains(ref WorkList<int> memory, int first, int count)
    {
        this.first = first;
        int bits = BitOperations.Log2((uint)count | 1) + 1;
        shift = 32 - bits;
        heads = memory.Count;
        chain = heads + (1 << bits);
        memory.Extend((1 << bits) + count)[..(1 << bits)].Fill(-1);
    }

    /// <summary>
    /// Enters a member. Enter them from the last to the first: look-ups then give the first ones first.
    /// </summary>
    public void Add(ref WorkList<int> memory, int member, uint hash)
    {
        ref int head = ref memory[heads + Slot(hash)];
        memory[chain + member - first] = head;
        head = member;
    }

    /// <summary>The first member whose hash may be the given one; -1 when there is none.</summary>
    public int First(in WorkList<int> memory, uint hash) => memory[heads + Slot(hash)];

    public int Next(in WorkList<int> memory, int member) => memory[chain + member - first];

    private int Slot(uint hash) => (int)((hash * 0x9E3779B1) >> shift);
}
