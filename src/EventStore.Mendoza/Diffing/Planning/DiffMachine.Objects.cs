using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Diffing.Trees;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

// Objects: keys are matched in one merge of both sorted lists; a copy pays for what is gone, a blank for what stays.
internal ref partial struct DiffMachine
{
    private int PlanObject(int l, int r)
    {
        if (!left.TryOpen(l) || !right.TryOpen(r)
            || KeyHazards.HasPrototypeKey(left, l) || KeyHazards.HasPrototypeKey(right, r))
        {
            return None;
        }
        bool[]? moved = leftOrdersMayDiffer ? KeyHazards.UnsafeIndexes(left, l) : null;
        int firstMatch = space.Matches.Count;
        MatchFields(l, r);
        int endMatch = space.Matches.Count;
        work -= endMatch - firstMatch;
        int firstPending = space.Pending.Count;
        int changes = PlanChanges(l, firstMatch, endMatch, moved);
        int removals = 0;
        int copies = 0;
        bool canCopy = true;
        foreach (ref readonly FieldMatch match in space.Matches.AsSpan()[firstMatch..endMatch])
        {
            if (match.Same)
            {
                copies += moved?[match.LeftIndex] == true
                    ? SetCost(match.RightNode)
                    : StepCost.Indexed(match.LeftIndex);
            }
            else if (match.RightNode < 0)
            {
                canCopy &= moved?[match.LeftIndex] != true;
                removals += StepCost.Indexed(match.LeftIndex);
            }
        }
        bool fromBlank = !canCopy || copies < removals;
        int plan = None;
        if (!fromBlank || right.Count(r) > 0)
        {
            AddKeptOrRemoved(firstMatch, endMatch, fromBlank, moved);
            plan = AddPlan(fromBlank, changes + (fromBlank ? copies : removals), firstPending);
        }
        space.Pending.Truncate(firstPending);
        space.Matches.Truncate(firstMatch);
        return plan;
    }

    private readonly void AddKeptOrRemoved(int firstMatch, int endMatch, bool fromBlank, bool[]? moved)
    {
        foreach (ref readonly FieldMatch match in space.Matches.AsSpan()[firstMatch..endMatch])
        {
            if (fromBlank && match.Same)
            {
                space.Pending.Add(moved?[match.LeftIndex] == true
                    ? new PatchStep(StepKind.SetField, 0, Right: match.RightNode)
                    : new PatchStep(StepKind.CopyField, match.LeftIndex));
            }
            else if (!fromBlank && match.RightNode < 0)
            {
                space.Pending.Add(new PatchStep(StepKind.DeleteField, match.LeftIndex));
            }
        }
    }

    private void MatchFields(int l, int r)
    {
        int leftCount = left.Count(l);
        int rightCount = right.Count(r);
        int leftFirst = left.Child(l, 0);
        int rightFirst = right.Child(r, 0);
        int i = 0;
        int j = 0;
        int keyStart = left.KeyStart(leftFirst);
        int rightKeyStart = right.KeyStart(rightFirst);
        while (i < leftCount && j < rightCount)
        {
            int leftChild = leftFirst + i;
            int rightChild = rightFirst + j;
            int end = left.End(leftChild);
            int rightEnd = right.End(rightChild);
            // Where the documents are known to be alike, keys are too.
            bool same = end - keyStart == rightEnd - rightKeyStart && IsKnownSame(keyStart, end, rightKeyStart);
            int comparison = 0;
            if (!same)
            {
                comparison = JsonText.Compare(
                    left.Text[(keyStart + 1)..(left.Start(leftChild) - 2)],
                    right.Text[(rightKeyStart + 1)..(right.Start(rightChild) - 2)]);
                same = comparison == 0 && Same(leftChild, rightChild);
            }
            space.Matches.Add(new FieldMatch(
                i, comparison <= 0 ? leftChild : -1, comparison >= 0 ? rightChild : -1, same));
            (i, keyStart) = comparison <= 0 ? (i + 1, end + 1) : (i, keyStart);
            (j, rightKeyStart) = comparison >= 0 ? (j + 1, rightEnd + 1) : (j, rightKeyStart);
        }
        for (; i < leftCount; i++)
        {
            space.Matches.Add(new FieldMatch(i, leftFirst + i, -1, Same: false));
        }
        for (; j < rightCount; j++)
        {
            space.Matches.Add(new FieldMatch(leftCount, -1, rightFirst + j, Same: false));
        }
    }

    /// <summary>
    /// Plans every right field that the left object does not have the same. Returns what they cost together.
    /// </summary>
    private int PlanChanges(int l, int firstMatch, int endMatch, bool[]? moved)
    {
        int total = 0;
        int firstTable = space.Tables.Count;
        var search = default(FieldSearch);
        for (int i = firstMatch; i < endMatch; i++)
        {
            ref readonly FieldMatch found = ref space.Matches[i];
            if (found.Same || found.RightNode < 0)
            {
                continue;
            }
            FieldMatch match = found;
            int r = match.RightNode;
            int length = right.Length(r);
            int sent = SetCost(r);
            var best = new FieldChange(sent, new PatchStep(StepKind.SetField, 0, Right: r));
            if (length >= ShortestMovedValue)
            {
                TryRename(l, r, moved, ref search, ref best);
            }
            if (match.LeftNode >= 0 && moved?[match.LeftIndex] != true)
            {
                TryEdit(match.LeftNode, r, match.LeftIndex, sameKey: true, ref best);
            }
            // Of objects, what a cheap edit moves here may be cheaper where it comes from.
            bool isCheap = right.Kind(r) == JsonKind.Object
                ? best.Cost <= CheapPlan + KeyLength(r)
                : IsCheap(best.Cost, KeyLength(r), sent);
            if (length >= ShortestEditedMove && !isCheap)
            {
                TryEditGone(r, firstMatch, endMatch, moved, ref best);
                TryEditAlike(l, r, moved, ref search, ref best);
            }
            if (!isCheap && TryFindElsewhere(l, r, out int elsewhere, out int move)
                && move + ReturnCost(r) < best.Cost)
            {
                best = new FieldChange(move + ReturnCost(r), new PatchStep(StepKind.MoveField, l, elsewhere, r));
            }
            space.Pending.Add(best.Step);
            total += best.Cost;
        }
        space.Tables.Truncate(firstTable);
        return total;
    }

    private readonly int ReturnCost(int r) => StepCost.Code + KeyLength(r) + 1;

    private readonly int SetCost(int r) => StepCost.SetField(right.Length(r), KeyLength(r));

    /// <summary>Length of a right field's key with its quotes.</summary>
    private readonly int KeyLength(int r) => right.Start(r) - 1 - right.KeyStart(r);

    /// <summary>The cheapest known way to a right field.</summary>
    private readonly record struct FieldChange(int Cost, PatchStep Step);

    /// <summary>Tables of one left object, made when first needed.</summary>
    private struct FieldSearch
    {
        public HashChains ByHash;
        public bool HasHashes;
        public FieldOwners Owners;
    }
}
