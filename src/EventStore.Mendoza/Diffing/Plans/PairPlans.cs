namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>The plans of pairs of values that were looked at before.</summary>
internal sealed class PairPlans
{
    private const int FirstCapacity = 64;

    private ulong[] pairs = [];
    private int[] plans = [];
    private int count;

    /// <summary>The plan of a pair, to be set when it was not known.</summary>
    public ref int Of(int l, int r, out bool isKnown)
    {
        if (count * 2 >= pairs.Length)
        {
            Grow();
        }
        // No node of a pair is 0, so neither is the pair.
        ulong pair = ((ulong)(uint)l << 32) | (uint)r;
        int slot = Slot(pair);
        isKnown = pairs[slot] == pair;
        if (!isKnown)
        {
            pairs[slot] = pair;
            count++;
        }
        return ref plans[slot];
    }

    public void Clear()
    {
        if (count > 0)
        {
            pairs.AsSpan().Clear();
            count = 0;
        }
    }

    public void Reset(int mostBytes)
    {
        if (pairs.Length * (long)(sizeof(ulong) + sizeof(int)) > mostBytes)
        {
            pairs = [];
            plans = [];
        }
        Clear();
    }

    private int Slot(ulong pair)
    {
        int mask = pairs.Length - 1;
        int slot = (int)((pair * 0x9E3779B97F4A7C15) >> 32) & mask;
        while (pairs[slot] != 0 && pairs[slot] != pair)
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void Grow()
    {
        ulong[] oldPairs = pairs;
        int[] oldPlans = plans;
        pairs = new ulong[Math.Max(FirstCapacity, oldPairs.Length * 2)];
        plans = new int[pairs.Length];
        for (int i = 0; i < oldPairs.Length; i++)
        {
            if (oldPairs[i] != 0)
            {
                int slot = Slot(oldPairs[i]);
                pairs[slot] = oldPairs[i];
                plans[slot] = oldPlans[i];
            }
        }
    }
}
