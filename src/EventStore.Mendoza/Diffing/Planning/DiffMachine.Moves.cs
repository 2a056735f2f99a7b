using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Diffing.Trees;
using EventStore.Mendoza.Diffing.Workspace;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

// Values that turn up in another place: the cursor walks there and back while the output stays where it is.
internal ref partial struct DiffMachine
{
    /// <summary>Shorter values are sent again: the way there and back costs at least as much.</summary>
    private const int ShortestCarriedValue = 20;

    /// <summary>Longest way, in steps of the cursor, to a value that is copied from elsewhere.</summary>
    private const int LongestWay = 16;

    /// <summary>How much of a value is searched for before it is compared whole.</summary>
    private const int SearchedLength = 32;

    /// <summary>Places compared with one value.</summary>
    private const int ComparedPlaces = 16;

    /// <summary>
    /// Looks for a right value anywhere in the left document, by its bytes: most values that are new are not there,
    /// and a search through the text finds that out sooner than any table could be made.
    /// </summary>
    /// <param name="l">The left value under the cursor.</param>
    /// <param name="r">The right value.</param>
    /// <param name="node">Where it is on the left.</param>
    /// <param name="cost">Going there, entering it and coming back, the return not included.</param>
    private bool TryFindElsewhere(int l, int r, out int node, out int cost)
    {
        node = None;
        cost = 0;
        ReadOnlySpan<byte> value = right.Value(r);
        if (value.Length < ShortestCarriedValue || value.Length >= left.Text.Length || !IsGenerous
            || (right.Start(r) <= absent && absent < right.End(r)))
        {
            return false;
        }
        int at = FirstPlace(r, value);
        for (int compared = 0; compared < ComparedPlaces && at >= 0; compared++)
        {
            work -= 1 + value.Length / BytesPerUnit;
            if (left.Text[at..].StartsWith(value) && TryCostMove(l, at, value.Length, out node, out cost))
            {
                return true;
            }
            at = NextPlace(at + 1, value);
        }
        return false;
    }

    /// <summary>
    /// Where the left text first has the beginning of a right value; -1 where it does not. Kept, as a value is looked
    /// for again with every left value it is tried to be made from.
    /// </summary>
    private int FirstPlace(int r, ReadOnlySpan<byte> value)
    {
        ref FoundPlace place = ref space.Found[r % DiffWorkspace.FoundPlaces];
        if (place.Right != r)
        {
            place = new FoundPlace(r, NextPlace(0, value));
            absent = place.At < 0 ? right.Start(r) : absent;
        }
        return place.At;
    }

    private int NextPlace(int from, ReadOnlySpan<byte> value)
    {
        work -= (left.Text.Length - from) / BytesPerUnit;
        return TextSearch.IndexOf(left.Text, from, value[..Math.Min(SearchedLength, value.Length)]);
    }

    /// <summary>Costs the way to the value that starts at an offset, if one of that length does.</summary>
    private bool TryCostMove(int l, int offset, int length, out int node, out int cost)
    {
        node = None;
        cost = 0;
        int first = space.Ways.Count;
        try
        {
            if (!TryWalk(offset) || left.Length(space.Ways.Last.Node) != length)
            {
                return false;
            }
            node = space.Ways.Last.Node;
            int middle = space.Ways.Count;
            if (!TryWalk(left.Start(l)))
            {
                return false;
            }
            ReadOnlySpan<Waypoint> target = space.Ways.AsSpan()[first..middle];
            ReadOnlySpan<Waypoint> container = target[..^1];
            ReadOnlySpan<Waypoint> home = space.Ways.AsSpan()[middle..];
            int shared = container.CommonPrefixLength(home);
            if (container.Length + home.Length - 2 * shared > LongestWay || !IsSafeWay(container[(shared - 1)..])
                || !IsSafeWay(home[(shared - 1)..]))
            {
                return false;
            }
            cost = StepCost.Indexed(target[^1].Position)
                + WayCost(home.Length - shared, container[shared..])
                + WayCost(container.Length - shared, home[shared..]);
            return true;
        }
        finally
        {
            space.Ways.Truncate(first);
        }
    }

    private static int WayCost(int pops, ReadOnlySpan<Waypoint> pushes)
    {
        int cost = pops * StepCost.Pop;
        foreach (Waypoint push in pushes)
        {
            cost += StepCost.Push(push.Position);
        }
        return cost;
    }

    /// <summary>
    /// The cursor must not pass an object whose key order is in doubt, nor one with the key <c>__proto__</c>, which
    /// the npm incremental patcher cannot read.
    /// </summary>
    private readonly bool IsSafeWay(ReadOnlySpan<Waypoint> way)
    {
        foreach (Waypoint point in way)
        {
            if (left.Kind(point.Node) == JsonKind.Object
                && (KeyHazards.HasPrototypeKey(left, point.Node)
                    || (leftOrdersMayDiffer && KeyHazards.OrdersMayDiffer(left, point.Node))))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// Adds the way from the root to the value that starts at an offset, both included. False when none starts there.
    /// </summary>
    private readonly bool TryWalk(int offset)
    {
        int node = TreeStore.Root;
        space.Ways.Add(new Waypoint(node, 0));
        while (left.Start(node) < offset)
        {
            if (left.Kind(node) < JsonKind.Array || offset >= left.End(node) || !left.TryOpen(node)
                || left.Count(node) == 0)
            {
                return false;
            }
            int low = 0;
            int high = left.Count(node) - 1;
            while (low < high)
            {
                int middle = (low + high + 1) >>> 1;
                if (left.Start(left.Child(node, middle)) <= offset)
                {
                    low = middle;
                }
                else
                {
                    high = middle - 1;
                }
            }
            node = left.Child(node, low);
            space.Ways.Add(new Waypoint(node, low));
        }
        return left.Start(node) == offset;
    }

    private readonly void WriteMove(Span<byte> patch, ref int at, in PatchStep step)
    {
        int first = space.Ways.Count;
        TryWalk(left.Start(step.B));
        int middle = space.Ways.Count;
        TryWalk(left.Start(step.A));
        ReadOnlySpan<Waypoint> target = space.Ways.AsSpan()[first..middle];
        ReadOnlySpan<Waypoint> container = target[..^1];
        ReadOnlySpan<Waypoint> home = space.Ways.AsSpan()[middle..];
        int shared = container.CommonPrefixLength(home);
        WriteWay(patch, ref at, home.Length - shared, container[shared..]);
        Operation enter = left.HasKey(step.B) ? Operation.PushFieldCopy : Operation.PushElementCopy;
        WriteOperation(patch, ref at, enter, target[^1].Position);
        WriteReturn(patch, ref at, step);
        WriteWay(patch, ref at, container.Length - shared, home[shared..]);
        space.Ways.Truncate(first);
    }

    private readonly void WriteWay(Span<byte> patch, ref int at, int pops, ReadOnlySpan<Waypoint> pushes)
    {
        for (int i = 0; i < pops; i++)
        {
            WriteNumber(patch, ref at, (int)Operation.Pop);
        }
        foreach (Waypoint push in pushes)
        {
            Operation operation = left.HasKey(push.Node) ? Operation.PushField : Operation.PushElement;
            WriteOperation(patch, ref at, operation, push.Position);
        }
    }
}
