using System.Buffers;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

// Arrays are always rebuilt from a blank. Equal elements at both ends are kept in one slice each; what lies between
// is covered by the cheapest sequence of slices, edited elements and sent elements.
internal ref partial struct DiffMachine
{
    /// <summary>Cheapest conceivable edit of an element: entering, one short operation, returning.</summary>
    private const int CheapestElementEdit = 13;

    /// <summary>
    /// In arrays up to this size the equal ends are covered together with the middle, as slices may run on into them.
    /// </summary>
    private const int WhollyCoveredArray = 64;

    private int PlanArray(int l, int r)
    {
        int leftCount = left[l].Count;
        int rightCount = right[r].Count;
        if (leftCount == 0 || rightCount == 0)
        {
            return None;
        }
        int most = Math.Min(leftCount, rightCount);
        int head = 0;
        int leftChild = l + 1;
        int rightChild = r + 1;
        while (head < most && Same(leftChild, rightChild))
        {
            leftChild = left[leftChild].Next;
            rightChild = right[rightChild].Next;
            head++;
        }
        int tail = 0;
        while (tail < most - head
            && Same(left.Child(l, leftCount - 1 - tail), right.Child(r, rightCount - 1 - tail)))
        {
            tail++;
        }
        work -= head + tail;
        int firstPending = pending.Count;
        var middle = new ArrayMiddle(l, r, head, leftCount - tail, rightCount - tail);
        int cost = PlanElements(middle, leftCount, rightCount);
        int plan = AddPlan(fromBlank: true, cost, pending.AsSpan()[firstPending..]);
        pending.Truncate(firstPending);
        return plan;
    }

    /// <summary>
    /// Keeps the left elements [from, to), which stand in the right array from one on, by a slice or by sending them.
    /// </summary>
    private int KeepRun(int l, int from, int to, int r, int rightFrom)
    {
        if (from == to)
        {
            return 0;
        }
        int slice = StepCost.Slice(from, to);
        int textLength = left[left.Child(l, to - 1)].End - left[left.Child(l, from)].Start;
        int sent = StepCost.AppendValues(textLength, to - from);
        if (sent < slice)
        {
            for (int i = 0; i < to - from; i++)
            {
                pending.Add(new PatchStep(StepKind.AppendValue, 0, Right: right.Child(r, rightFrom + i)));
            }
            return sent;
        }
        for (; to - from > MendozaLimits.MaxSliceLength; from += MendozaLimits.MaxSliceLength)
        {
            pending.Add(new PatchStep(StepKind.AppendSlice, from, from + MendozaLimits.MaxSliceLength));
        }
        pending.Add(new PatchStep(StepKind.AppendSlice, from, to));
        return slice;
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
            pending.Add(edit);
        }
        else if (middle.From < middle.RightEnd)
        {
            cost += PlanCovers(middle);
        }
        return cost + KeepRun(middle.Left, middle.LeftEnd, leftCount, middle.Right, middle.RightEnd);
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
        if (edit > CheapPlan + CheapestElementEdit || edit >= StepCost.AppendValue(right[r].Length))
        {
            return false;
        }
        step = new PatchStep(StepKind.EditElement, middle.From, Plan: plan);
        cost = edit;
        return true;
    }

    private int PlanCovers(in ArrayMiddle middle)
    {
        int count = middle.RightEnd - middle.From;
        Cover[] rented = ArrayPool<Cover>.Shared.Rent(count + 1);
        Span<Cover> covers = rented.AsSpan(0, count + 1);
        covers.Clear();
        ElementTable table = CreateElementTable(middle);
        try
        {
            PlanEdits(middle, table, covers);
            ChooseCovers(middle, table, covers);
            return AddCovers(middle, covers);
        }
        finally
        {
            table.Dispose();
            ArrayPool<Cover>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// For each right element that the left array lacks: the left element it is cheapest to make it from.
    /// </summary>
    private void PlanEdits(in ArrayMiddle middle, ElementTable table, Span<Cover> covers)
    {
        int drift = 0;
        Span<int> candidates = stackalloc int[EditCandidates];
        for (int j = middle.From; j < middle.RightEnd; j++)
        {
            ref Cover cover = ref covers[j - middle.From];
            cover.EditPlan = None;
            int r = right.Child(middle.Right, j);
            int equal = FirstEqual(middle, table, j + drift, r);
            if (equal >= 0)
            {
                drift = equal - j;
                continue;
            }
            int sent = StepCost.AppendValue(right[r].Length);
            if (sent <= CheapestElementEdit || right[r].Kind < JsonKind.String)
            {
                continue;
            }
            int best = sent;
            if (TryFindElsewhere(middle.Left, r, out int elsewhere, out int move) && move + StepCost.Code < best)
            {
                best = move + StepCost.Code;
                cover.EditFrom = elsewhere;
                cover.MoveCost = best;
            }
            int count = EditSources(middle, table, j, r, drift, candidates);
            for (int i = 0; i < count && (i == 0 || IsGenerous); i++)
            {
                int plan = PlanOnce(left.Child(middle.Left, candidates[i]), r);
                int edit = plan == None ? int.MaxValue : ElementEditCost(candidates[i], plan);
                if (edit < best)
                {
                    best = edit;
                    cover.EditPlan = plan;
                    cover.MoveCost = 0;
                    cover.EditFrom = candidates[i];
                    if (best <= CheapPlan + CheapestElementEdit)
                    {
                        break;
                    }
                }
            }
        }
    }

    /// <summary>From the end backwards: the cheapest way to cover each right element and all after it.</summary>
    private void ChooseCovers(in ArrayMiddle middle, ElementTable table, Span<Cover> covers)
    {
        for (int j = middle.RightEnd - 1; j >= middle.From; j--)
        {
            int at = j - middle.From;
            ref Cover cover = ref covers[at];
            int r = right.Child(middle.Right, j);
            cover.Cost = StepCost.AppendValue(right[r].Length) + covers[at + 1].Cost;
            cover.Length = 0;
            if (cover.EditPlan != None || cover.MoveCost > 0)
            {
                int edit = covers[at + 1].Cost
                    + (cover.MoveCost > 0 ? cover.MoveCost : ElementEditCost(cover.EditFrom, cover.EditPlan));
                if (edit < cover.Cost)
                {
                    cover.Cost = edit;
                    cover.Length = -1;
                }
            }
            FindRuns(middle, table, j, r);
            foreach ((int from, int length) in table.Runs.AsSpan(0, table.RunCount))
            {
                int slice = StepCost.Slice(from, from + length) + covers[at + length].Cost;
                if (slice < cover.Cost)
                {
                    cover.Cost = slice;
                    cover.From = from;
                    cover.Length = length;
                }
            }
        }
    }

    private int AddCovers(in ArrayMiddle middle, Span<Cover> covers)
    {
        for (int at = 0; at < covers.Length - 1;)
        {
            Cover cover = covers[at];
            int j = middle.From + at;
            switch (cover.Length)
            {
                case 0:
                    pending.Add(new PatchStep(StepKind.AppendValue, 0, Right: right.Child(middle.Right, j)));
                    at++;
                    break;
                case < 0:
                    pending.Add(cover.MoveCost > 0
                        ? new PatchStep(StepKind.MoveElement, middle.Left, cover.EditFrom)
                        : new PatchStep(StepKind.EditElement, cover.EditFrom, Plan: cover.EditPlan));
                    at++;
                    break;
                default:
                    int from = cover.From;
                    int to = from + cover.Length;
                    for (; to - from > MendozaLimits.MaxSliceLength; from += MendozaLimits.MaxSliceLength)
                    {
                        pending.Add(new PatchStep(StepKind.AppendSlice, from, from + MendozaLimits.MaxSliceLength));
                    }
                    pending.Add(new PatchStep(StepKind.AppendSlice, from, to));
                    at += cover.Length;
                    break;
            }
        }
        return covers[0].Cost;
    }

    private readonly int ElementEditCost(int index, int plan) =>
        StepCost.Indexed(index) + plans[plan].Cost + StepCost.Code;

    /// <summary>How one right element is covered, and the cost from there to the end.</summary>
    private struct Cover
    {
        public int Cost;

        /// <summary>
        /// Length of the slice that starts here; 0 when the element is sent, -1 when it is edited or carried here.
        /// </summary>
        public int Length;

        public int From;

        /// <summary>The left element that is edited, or the left node that is carried here from elsewhere.</summary>
        public int EditFrom;
        public int EditPlan;

        /// <summary>What carrying the value here costs; 0 when that is not the best way.</summary>
        public int MoveCost;
    }
}
