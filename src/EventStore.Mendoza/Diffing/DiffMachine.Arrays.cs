using System.Buffers;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

// Arrays are always rebuilt from a blank. Equal elements at both ends are kept in one slice each; what lies between is covered by the
// cheapest sequence of slices, edited elements and sent elements.
internal ref partial struct DiffMachine
{
    /// <summary>Cheapest conceivable edit of an element: entering, one short operation, returning.</summary>
    private const int CheapestElementEdit = 13;

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
        int cost = KeepRun(l, 0, head, r, 0);
        cost += PlanMiddle(new ArrayMiddle(l, r, head, leftCount - tail, rightCount - tail));
        cost += KeepRun(l, leftCount - tail, leftCount, r, rightCount - tail);
        int plan = AddPlan(fromBlank: true, cost, pending.AsSpan()[firstPending..]);
        pending.Truncate(firstPending);
        return plan;
    }

    /// <summary>Keeps the left elements [from, to), which stand in the right array from one on, by a slice or by sending them.</summary>
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

    private int PlanMiddle(in ArrayMiddle middle)
    {
        int count = middle.RightEnd - middle.From;
        if (count == 0)
        {
            return 0;
        }
        if (count == 1 && middle.LeftEnd - middle.From == 1)
        {
            int r = right.Child(middle.Right, middle.From);
            int l = left.Child(middle.Left, middle.From);
            int plan = left[l].Kind == right[r].Kind ? PlanOnce(l, r) : None;
            int edit = plan == None ? int.MaxValue : ElementEditCost(middle.From, plan);
            if (edit <= CheapPlan + CheapestElementEdit && edit < StepCost.AppendValue(right[r].Length))
            {
                pending.Add(new PatchStep(StepKind.EditElement, middle.From, Plan: plan));
                return edit;
            }
        }
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

    /// <summary>For each right element that the left array lacks: the left element it is cheapest to make it from.</summary>
    private void PlanEdits(in ArrayMiddle middle, ElementTable table, Span<Cover> covers)
    {
        int drift = 0;
        Span<int> candidates = stackalloc int[EditCandidates];
        for (int j = middle.From; j < middle.RightEnd; j++)
        {
            ref Cover cover = ref covers[j - middle.From];
            cover.EditPlan = None;
            int r = right.Child(middle.Right, j);
            int equal = FirstEqual(middle, table, r);
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
            int count = EditSources(middle, table, j, r, drift, candidates);
            for (int i = 0; i < count && (i == 0 || IsGenerous) && best > CheapPlan + CheapestElementEdit; i++)
            {
                int plan = PlanOnce(left.Child(middle.Left, candidates[i]), r);
                int edit = plan == None ? int.MaxValue : ElementEditCost(candidates[i], plan);
                if (edit < best)
                {
                    best = edit;
                    cover.EditPlan = plan;
                    cover.EditFrom = candidates[i];
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
            if (cover.EditPlan != None)
            {
                int edit = ElementEditCost(cover.EditFrom, cover.EditPlan) + covers[at + 1].Cost;
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
                    pending.Add(new PatchStep(StepKind.EditElement, cover.EditFrom, Plan: cover.EditPlan));
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

        /// <summary>Length of the slice that starts here; 0 when the element is sent, -1 when it is edited.</summary>
        public int Length;

        public int From;
        public int EditFrom;
        public int EditPlan;
    }
}
