using EventStore.Mendoza.Diffing.Plans;

namespace EventStore.Mendoza.Diffing.Planning;

// Arrays are always rebuilt from a blank. Equal elements at both ends are kept in one slice each; what lies between
// is covered by the cheapest sequence of slices, edited elements and sent elements.
internal ref partial struct DiffMachine
{
    /// <summary>Cheapest conceivable edit of an element: entering, one short operation, returning.</summary>
    private const int CheapestElementEdit = 13;

    /// <summary>
    /// In arrays up to this size the equal ends are covered together with the middle, as slices may run on into them.
    /// </summary>
    private const int WhollyCoveredArray = 16;

    /// <summary>Longer middles are covered from front to back, without weighing all alternatives.</summary>
    private const int LongestWeighedMiddle = 4096;

    private int PlanArray(int l, int r)
    {
        if (left.IsEmpty(l) || right.IsEmpty(r))
        {
            return None;
        }
        if (!left.TryOpen(l) || !right.TryOpen(r))
        {
            return PlanVastArray(l, r);
        }
        int leftCount = left.Count(l);
        int rightCount = right.Count(r);
        int leftFirst = left.Child(l, 0);
        int rightFirst = right.Child(r, 0);
        int most = Math.Min(leftCount, rightCount);
        int head = 0;
        while (head < most && Same(leftFirst + head, rightFirst + head))
        {
            head++;
        }
        int tail = 0;
        while (tail < most - head && Same(leftFirst + leftCount - 1 - tail, rightFirst + rightCount - 1 - tail))
        {
            tail++;
        }
        work -= head + tail;
        int firstPending = space.Pending.Count;
        var middle = new ArrayMiddle(l, r, head, leftCount - tail, rightCount - tail);
        int cost = PlanElements(middle, leftCount, rightCount);
        return AddPlan(fromBlank: true, cost, firstPending);
    }

    private int PlanElements(in ArrayMiddle middle, int leftCount, int rightCount)
    {
        bool oneEdited = TryPlanOneEdit(middle, out PatchStep edit, out int cost);
        if (!oneEdited && middle.From < middle.RightEnd && Math.Max(leftCount, rightCount) <= WhollyCoveredArray)
        {
            return PlanCovers(new ArrayMiddle(middle.Left, middle.Right, 0, leftCount, rightCount));
        }
        cost += KeepRun(middle.Left, 0, middle.From, middle.Right, 0);
        if (oneEdited)
        {
            space.Pending.Add(edit);
        }
        else if (middle.From < middle.RightEnd)
        {
            bool isLong = Math.Max(middle.RightEnd, middle.LeftEnd) - middle.From > LongestWeighedMiddle;
            cost += isLong ? PlanLongMiddle(middle) : PlanCovers(middle);
        }
        return cost + KeepRun(middle.Left, middle.LeftEnd, leftCount, middle.Right, middle.RightEnd);
    }

    /// <summary>
    /// Keeps the left elements [from, to), which stand in the right array from one on, by a slice or by sending them.
    /// </summary>
    private readonly int KeepRun(int l, int from, int to, int r, int rightFrom)
    {
        if (from == to)
        {
            return 0;
        }
        int slice = StepCost.Slice(from, to);
        int textLength = left.End(left.Child(l, to - 1)) - left.Start(left.Child(l, from));
        int sent = StepCost.AppendValues(textLength, to - from);
        if (sent < slice)
        {
            AddValues(right.Child(r, rightFrom), to - from);
            return sent;
        }
        AddSlice(from, to);
        return slice;
    }

    private readonly void AddSlice(int from, int to)
    {
        for (; to - from > MendozaLimits.MaxSliceLength; from += MendozaLimits.MaxSliceLength)
        {
            space.Pending.Add(new PatchStep(StepKind.AppendSlice, from, from + MendozaLimits.MaxSliceLength));
        }
        space.Pending.Add(new PatchStep(StepKind.AppendSlice, from, to));
    }

    /// <summary>Sends right elements, together with those before them if these are sent too.</summary>
    private readonly void AddValues(int first, int count)
    {
        if (space.Pending.Count > 0)
        {
            ref PatchStep last = ref space.Pending.Last;
            if (last.Kind == StepKind.AppendValues && last.Right + last.A == first)
            {
                last = last with { A = last.A + count };
                return;
            }
        }
        space.Pending.Add(new PatchStep(StepKind.AppendValues, count, Right: first));
    }

    /// <summary>
    /// The commonest case: one element differs, and a cheap edit makes it. Nothing else needs to be looked at then.
    /// </summary>
    private bool TryPlanOneEdit(in ArrayMiddle middle, out PatchStep step, out int cost)
    {
        step = default;
        cost = 0;
        if (middle.RightEnd - middle.From != 1 || middle.LeftEnd - middle.From != 1)
        {
            return false;
        }
        int r = right.Child(middle.Right, middle.From);
        int plan = PlanOnce(left.Child(middle.Left, middle.From), r);
        int edit = plan == None ? int.MaxValue : ElementEditCost(middle.From, plan);
        int sent = StepCost.AppendValue(right.Length(r));
        if (edit >= sent || !IsCheap(edit, CheapestElementEdit, sent))
        {
            return false;
        }
        step = new PatchStep(StepKind.EditElement, middle.From, Plan: plan);
        cost = edit;
        return true;
    }

    private readonly int ElementEditCost(int index, int plan) =>
        StepCost.Indexed(index) + space.Plans[plan].Cost + StepCost.Code;
}
