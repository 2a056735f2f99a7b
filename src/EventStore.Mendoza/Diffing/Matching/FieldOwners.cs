using System.Numerics;
using EventStore.Mendoza.Diffing.Workspace;

namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>
/// Which members of an array or object have a field, by the hash of its key and value: so the member most like a new
/// object is found without comparing it with each. The first two owners of a field are kept. Lives on the memory that
/// <see cref="HashChains"/> does.
/// </summary>
internal readonly struct FieldOwners
{
    private const int IntsPerSlot = 3;

    /// <summary>Slots looked at for one field; in a table so sparse, more are only met by design.</summary>
    private const int Probes = 16;

    private readonly int slots;
    private readonly int mask;

    /// <summary>A table for so many fields.</summary>
    public FieldOwners(ref WorkList<int> memory, int fields)
    {
        int capacity = 1 << (BitOperations.Log2((uint)fields | 1) + 2);
        mask = capacity - 1;
        slots = memory.Count;
        memory.Extend(capacity * IntsPerSlot).Fill(-1);
    }

    /// <summary>The default value is no table.</summary>
    public bool IsMade => mask > 0;

    public void Add(ref WorkList<int> memory, int member, uint field)
    {
        Span<int> slot = Find(memory, field);
        if (slot.IsEmpty)
        {
            return;
        }
        slot[0] = (int)field;
        if (slot[1] < 0)
        {
            slot[1] = member;
        }
        else if (slot[2] < 0 && slot[1] != member)
        {
            slot[2] = member;
        }
    }

    public (int First, int Second) Of(in WorkList<int> memory, uint field)
    {
        Span<int> slot = Find(memory, field);
        return slot.IsEmpty ? (-1, -1) : (slot[1], slot[2]);
    }

    private Span<int> Find(in WorkList<int> memory, uint field)
    {
        Span<int> table = memory.AsSpan().Slice(slots, (mask + 1) * IntsPerSlot);
        for (uint probe = 0; probe < Probes; probe++)
        {
            Span<int> slot = table.Slice((int)((field + probe) & (uint)mask) * IntsPerSlot, IntsPerSlot);
            if (slot[1] < 0 || slot[0] == (int)field)
            {
                return slot;
            }
        }
        return [];
    }
}
