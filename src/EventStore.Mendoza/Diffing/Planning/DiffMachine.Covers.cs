using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

// The cheapest sequence of slices, edited elements, carried elements and sent elements, by dynamic programming.
internal ref partial struct DiffMachine
{
    /// <summary>
    /// An edit of the element of the same <c>_key</c> is taken if it costs no more than this part of sending it.
    /// </summary>
    private const int KeyedPart = 2;

    private int PlanCovers(in ArrayMiddle middle)
    {
        int firstTable = space.Tables.Count;
        int firstCover = space.Covers.Count;
        int count = middle.RightEnd - middle.From;
        space.Covers.Extend(count + 1).Clear();
        ElementTable table = CreateElementTable(middle);
        PlanEdits(middle, ref table, firstCover);
        Span<Cover> covers = space.Covers.AsSpan().Slice(firstCover, count + 1);
        ChooseCovers(middle, ref table, covers);
        int cost = AddCovers(middle, covers);
        space.Covers.Truncate(firstCover);
        space.Tables.Truncate(firstTable);
        return cost;
    }

    /// <summary>
    /// For each right element that the left array lacks: the left element it is cheapest to make it from.
    /// </summary>
    private void PlanEdits(in ArrayMiddle middle, ref ElementTable table, int firstCover)
    {
        int drift = 0;
        for (int j = middle.From; j < middle.RightEnd; j++)
        {
            var cover = new Cover { EditPlan = None };
            int r = right.Child(middle.Right, j);
            int equal = FirstEqual(middle, table, j + drift, r);
            if (equal >= 0)
            {
                drift = equal - j;
            }
            else if (StepCost.AppendValue(right.Length(r)) > CheapestElementEdit && right.Kind(r) >= JsonKind.String)
            {
                PlanEdit(middle, ref table, j, r, drift, ref cover);
            }
            // Plans of elements may have moved the covers.
            space.Covers[firstCover + j - middle.From] = cover;
        }
    }

    private void PlanEdit(in ArrayMiddle middle, ref ElementTable table, int j, int r, int drift, ref Cover cover)
    {
        int sent = StepCost.AppendValue(right.Length(r));
        int best = sent;
        Span<int> candidates = stackalloc int[EditCandidates];
        int count = EditSources(middle, ref table, j, r, drift, candidates, out bool isKeyed);
        for (int i = 0; i < count && (i == 0 || IsGenerous); i++)
        {
            int plan = PlanOnce(left.Child(middle.Left, candidates[i]), r);
            int edit = plan == None ? int.MaxValue : ElementEditCost(candidates[i], plan);
            if (edit < best)
            {
                best = edit;
                cover.EditPlan = plan;
                cover.EditFrom = candidates[i];
                if (IsCheap(best, CheapestElementEdit, sent)
                    || (isKeyed && sent >= LongElement && best <= sent / KeyedPart))
                {
                    return;
                }
            }
        }
        if (TryFindElsewhere(middle.Left, r, out int elsewhere, out int move) && move + StepCost.Code < best)
        {
            cover.EditFrom = elsewhere;
            cover.MoveCost = move + StepCost.Code;
        }
    }

    /// <summary>From the end backwards: the cheapest way to cover each right element and all after it.</summary>
    private void ChooseCovers(in ArrayMiddle middle, ref ElementTable table, Span<Cover> covers)
    {
        for (int j = middle.RightEnd - 1; j >= middle.From; j--)
        {
            int at = j - middle.From;
            ref Cover cover = ref covers[at];
            int r = right.Child(middle.Right, j);
            cover.Cost = StepCost.AppendValue(right.Length(r)) + covers[at + 1].Cost;
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
            FindRuns(middle, ref table, j, r);
            foreach (EqualRun run in table.Runs.AsSpan())
            {
                int slice = StepCost.Slice(run.From, run.From + run.Length) + covers[at + run.Length].Cost;
                if (slice < cover.Cost)
                {
                    cover.Cost = slice;
                    cover.From = run.From;
                    cover.Length = run.Length;
                }
            }
        }
    }

    private readonly int AddCovers(in ArrayMiddle middle, Span<Cover> covers)
    {
        for (int at = 0; at < covers.Length - 1;)
        {
            Cover cover = covers[at];
            int j = middle.From + at;
            if (cover.Length > 0)
            {
                AddSlice(cover.From, cover.From + cover.Length);
                at += cover.Length;
                continue;
            }
            if (cover.Length == 0)
            {
                AddValues(right.Child(middle.Right, j), 1);
            }
            else
            {
                space.Pending.Add(cover.MoveCost > 0
                    ? new PatchStep(StepKind.MoveElement, middle.Left, cover.EditFrom)
                    : new PatchStep(StepKind.EditElement, cover.EditFrom, Plan: cover.EditPlan));
            }
            at++;
        }
        return covers[0].Cost;
    }
}
