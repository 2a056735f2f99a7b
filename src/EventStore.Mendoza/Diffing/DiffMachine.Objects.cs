using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

// Objects: keys are matched in one merge of both sorted lists; a copy pays for what is gone, a blank for what stays.
internal ref partial struct DiffMachine
{
    /// <summary>
    /// Shorter values are sent again rather than looked for under other keys: a rename would cost as much.
    /// </summary>
    private const int ShortestMovedValue = 5;

    /// <summary>Shorter values are not worth a nested patch from a value under another key.</summary>
    private const int ShortestEditedMove = 20;

    /// <summary>Up to this many fields, a value is looked for by comparing with each.</summary>
    private const int FewFields = 16;

    /// <summary>How many fields of equal hash, or removed fields of the right kind, are looked at.</summary>
    private const int MovedCandidates = 4;

    private int PlanObject(int l, int r)
    {
        if (hasPrototypeKey && (KeyHazards.HasPrototypeKey(ref left, l) || KeyHazards.HasPrototypeKey(ref right, r)))
        {
            return None;
        }
        bool[]? moved = ordersMayDiffer ? KeyHazards.UnsafeIndexes(ref left, l) : null;
        int firstMatch = matches.Count;
        MatchFields(l, r);
        int endMatch = matches.Count;
        work -= endMatch - firstMatch;
        int firstPending = pending.Count;
        int changes = PlanChanges(l, firstMatch, endMatch, moved);
        int removals = 0;
        int copies = 0;
        bool canCopy = true;
        for (int i = firstMatch; i < endMatch; i++)
        {
            FieldMatch match = matches[i];
            bool unsafeIndex = match.LeftNode >= 0 && moved?[match.LeftIndex] == true;
            if (match.RightNode < 0)
            {
                canCopy &= !unsafeIndex;
                removals += StepCost.Indexed(match.LeftIndex);
            }
            else if (match.Same)
            {
                copies += unsafeIndex ? SetCost(match.RightNode) : StepCost.Indexed(match.LeftIndex);
            }
        }
        bool fromBlank = !canCopy || copies < removals;
        int plan = None;
        if (!fromBlank || right[r].Count > 0)
        {
            AddKeptOrRemoved(firstMatch, endMatch, fromBlank, moved);
            plan = AddPlan(fromBlank, changes + (fromBlank ? copies : removals), pending.AsSpan()[firstPending..]);
        }
        pending.Truncate(firstPending);
        matches.Truncate(firstMatch);
        return plan;
    }

    private void AddKeptOrRemoved(int firstMatch, int endMatch, bool fromBlank, bool[]? moved)
    {
        for (int i = firstMatch; i < endMatch; i++)
        {
            FieldMatch match = matches[i];
            if (fromBlank && match.Same)
            {
                pending.Add(moved?[match.LeftIndex] == true
                    ? new PatchStep(StepKind.SetField, 0, Right: match.RightNode)
                    : new PatchStep(StepKind.CopyField, match.LeftIndex));
            }
            else if (!fromBlank && match.RightNode < 0)
            {
                pending.Add(new PatchStep(StepKind.DeleteField, match.LeftIndex));
            }
        }
    }

    private void MatchFields(int l, int r)
    {
        int leftCount = left[l].Count;
        int rightCount = right[r].Count;
        int leftChild = l + 1;
        int rightChild = r + 1;
        int i = 0;
        int j = 0;
        while (i < leftCount || j < rightCount)
        {
            int comparison = i == leftCount ? 1
                : j == rightCount ? -1
                : JsonText.Compare(left.Key(leftChild), right.Key(rightChild));
            matches.Add(new FieldMatch(
                i,
                comparison <= 0 ? leftChild : -1,
                comparison >= 0 ? rightChild : -1,
                comparison == 0 && Same(leftChild, rightChild)));
            if (comparison <= 0)
            {
                leftChild = left[leftChild].Next;
                i++;
            }
            if (comparison >= 0)
            {
                rightChild = right[rightChild].Next;
                j++;
            }
        }
    }

    /// <summary>
    /// Plans every right field that the left object does not have the same. Returns what they cost together.
    /// </summary>
    private int PlanChanges(int l, int firstMatch, int endMatch, bool[]? moved)
    {
        int total = 0;
        Dictionary<ulong, int>? byHash = null;
        FieldOwners? owners = null;
        for (int i = firstMatch; i < endMatch; i++)
        {
            FieldMatch match = matches[i];
            if (match.Same || match.RightNode < 0)
            {
                continue;
            }
            int r = match.RightNode;
            var best = new FieldChange(SetCost(r), new PatchStep(StepKind.SetField, 0, Right: r));
            if (right[r].Length >= ShortestMovedValue)
            {
                TryRename(l, r, moved, ref byHash, ref best);
            }
            if (match.LeftNode >= 0 && moved?[match.LeftIndex] != true)
            {
                TryEdit(match.LeftNode, r, match.LeftIndex, sameKey: true, ref best);
            }
            if (right[r].Length >= ShortestEditedMove && best.Cost > CheapPlan + KeyLength(r))
            {
                TryEditGone(r, firstMatch, endMatch, moved, ref best);
                TryEditAlike(l, r, moved, ref owners, ref best);
            }
            if (best.Cost > CheapPlan + KeyLength(r) && TryFindElsewhere(l, r, out int elsewhere, out int move)
                && move + ReturnCost(r) < best.Cost)
            {
                best = new FieldChange(move + ReturnCost(r), new PatchStep(StepKind.MoveField, l, elsewhere, r));
            }
            pending.Add(best.Step);
            total += best.Cost;
        }
        return total;
    }

    /// <summary>Tries to copy the value from another key.</summary>
    private void TryRename(int l, int r, bool[]? moved, ref Dictionary<ulong, int>? byHash, ref FieldChange best)
    {
        if (TryFindMoved(l, r, moved, ref byHash, out int from) && StepCost.Indexed(from) + ReturnCost(r) < best.Cost)
        {
            best = new FieldChange(
                StepCost.Indexed(from) + ReturnCost(r), new PatchStep(StepKind.RenameField, from, Right: r));
        }
    }

    /// <summary>Tries to make a right value from the left field at an index.</summary>
    private void TryEdit(int l, int r, int index, bool sameKey, ref FieldChange best)
    {
        if (left[l].Kind != right[r].Kind)
        {
            return;
        }
        int plan = sameKey ? Plan(l, r) : PlanOnce(l, r);
        if (plan == None)
        {
            return;
        }
        int cost = StepCost.Indexed(index) + plans[plan].Cost + (sameKey ? StepCost.Code : ReturnCost(r));
        if (cost < best.Cost)
        {
            StepKind kind = sameKey ? StepKind.EditField : StepKind.EditAndRenameField;
            best = new FieldChange(cost, new PatchStep(kind, index, Right: r, Plan: plan));
        }
    }

    /// <summary>Looks for a left field of any key that has the right value.</summary>
    private bool TryFindMoved(int l, int r, bool[]? moved, ref Dictionary<ulong, int>? byHash, out int index)
    {
        int count = left[l].Count;
        index = 0;
        if (count <= FewFields)
        {
            int child = l + 1;
            for (index = 0; index < count; index++)
            {
                if (moved?[index] != true && Same(child, r))
                {
                    return true;
                }
                child = left[child].Next;
            }
            return false;
        }
        if (byHash is null)
        {
            byHash = new Dictionary<ulong, int>(count);
            work -= count;
            for (int i = 0; i < count; i++)
            {
                byHash.TryAdd(LeftHash(left.Child(l, i)), i);
            }
        }
        return byHash.TryGetValue(RightHash(r), out index) && moved?[index] != true && Same(left.Child(l, index), r);
    }

    /// <summary>Tries to make a right value from the value of a key that is gone: a rename with an edit.</summary>
    private void TryEditGone(int r, int firstMatch, int endMatch, bool[]? moved, ref FieldChange best)
    {
        int tried = 0;
        for (int i = firstMatch; i < endMatch && tried < MovedCandidates && IsGenerous; i++)
        {
            FieldMatch gone = matches[i];
            if (gone.RightNode < 0 && left[gone.LeftNode].Kind == right[r].Kind && moved?[gone.LeftIndex] != true
                && left[gone.LeftNode].Length * 3L >= right[r].Length)
            {
                tried++;
                TryEdit(gone.LeftNode, r, gone.LeftIndex, sameKey: false, ref best);
            }
        }
    }

    /// <summary>Tries to make a right object from the left field, of any key, that shares most with it.</summary>
    private void TryEditAlike(int l, int r, bool[]? moved, ref FieldOwners? owners, ref FieldChange best)
    {
        if (right[r].Kind != JsonKind.Object || !IsGenerous)
        {
            return;
        }
        if (owners is null)
        {
            owners = new FieldOwners();
            for (int i = 0; i < left[l].Count; i++)
            {
                AddFields(owners, i, left.Child(l, i));
            }
        }
        int index = MostAlike(owners, r);
        if (index >= 0 && moved?[index] != true)
        {
            TryEdit(left.Child(l, index), r, index, sameKey: false, ref best);
        }
    }

    private readonly int ReturnCost(int r) => StepCost.Code + KeyLength(r) + 1;

    private readonly int SetCost(int r) => StepCost.SetField(right[r].Length, KeyLength(r));

    private readonly int KeyLength(int r) => right[r].KeyEnd - right[r].KeyStart;

    /// <summary>The cheapest known way to a right field.</summary>
    private readonly record struct FieldChange(int Cost, PatchStep Step);
}
