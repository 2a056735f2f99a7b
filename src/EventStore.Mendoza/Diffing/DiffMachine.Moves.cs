namespace EventStore.Mendoza.Diffing;

// Values that turn up in another place: the cursor walks there and back while the output stays where it is.
internal ref partial struct DiffMachine
{
    /// <summary>Shorter values are sent again: the way there and back costs at least as much.</summary>
    private const int ShortestCarriedValue = 20;

    /// <summary>
    /// Looks for a right value anywhere in the left document.
    /// </summary>
    /// <param name="l">The left value under the cursor.</param>
    /// <param name="r">The right value.</param>
    /// <param name="node">Where it is on the left.</param>
    /// <param name="cost">Going there, entering it and coming back, the return not included.</param>
    private bool TryFindElsewhere(int l, int r, out int node, out int cost)
    {
        node = None;
        cost = 0;
        // The cursor must not pass an object whose key order is in doubt, nor one with the key __proto__, which the
        // npm incremental patcher cannot read. Both are rare enough not to check every container on the way.
        if (right[r].Length < ShortestCarriedValue || ordersMayDiffer || hasPrototypeKey || !IsGenerous)
        {
            return false;
        }
        if (paths is null)
        {
            leftHashes ??= new NodeHashes(ref left);
            paths = new NodePaths(ref left, leftHashes, ShortestCarriedValue);
            work -= left.Count;
        }
        work--;
        if (!paths.TryFind(RightHash(r), out node) || node == 0 || !Same(node, r))
        {
            return false;
        }
        int container = paths.Parent(node);
        Span<int> pushes = stackalloc int[NodePaths.LongestWay];
        if (!TryAddWay(l, container, pushes, ref cost))
        {
            return false;
        }
        cost += StepCost.Indexed(paths.Position(node));
        return TryAddWay(container, l, pushes, ref cost);
    }

    private readonly bool TryAddWay(int from, int to, scoped Span<int> pushes, ref int cost)
    {
        int count = paths!.Way(from, to, out int pops, pushes);
        if (count < 0)
        {
            return false;
        }
        cost += pops * StepCost.Pop;
        foreach (int push in pushes[..count])
        {
            cost += StepCost.Push(paths.Position(push));
        }
        return true;
    }

    private readonly void WriteWay(Span<byte> patch, ref int at, int from, int to)
    {
        Span<int> pushes = stackalloc int[NodePaths.LongestWay];
        int count = paths!.Way(from, to, out int pops, pushes);
        for (int i = 0; i < pops; i++)
        {
            WriteNumber(patch, ref at, (int)Operation.Pop);
        }
        for (int i = count - 1; i >= 0; i--)
        {
            Operation push = left[pushes[i]].HasKey ? Operation.PushField : Operation.PushElement;
            WriteOperation(patch, ref at, push, paths.Position(pushes[i]));
        }
    }

    private readonly void WriteMove(Span<byte> patch, ref int at, in PatchStep step)
    {
        int container = paths!.Parent(step.B);
        WriteWay(patch, ref at, step.A, container);
        Operation enter = left[step.B].HasKey ? Operation.PushFieldCopy : Operation.PushElementCopy;
        WriteOperation(patch, ref at, enter, paths.Position(step.B));
        WriteReturn(patch, ref at, step);
        WriteWay(patch, ref at, container, step.A);
    }
}
