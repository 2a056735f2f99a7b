using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

// Which left fields a right field may be made from.
internal ref partial struct DiffMachine
{
    /// <summary>
    /// Shorter values are sent again rather than looked for under other keys: a rename would cost as much.
    /// </summary>
    private const int ShortestMovedValue = 5;

    /// <summary>Shorter values are not worth a nested patch from a value under another key.</summary>
    private const int ShortestEditedMove = 20;

    /// <summary>
    /// Up to this many fields, a value is looked for by comparing with each: most are told apart by their lengths,
    /// while hashes take all the bytes of all fields.
    /// </summary>
    private const int FewFields = 32;

    /// <summary>How many fields of equal hash, or removed fields of the right kind, are looked at.</summary>
    private const int MovedCandidates = 4;

    /// <summary>Tries to copy the value from another key.</summary>
    private void TryRename(int l, int r, bool[]? moved, ref FieldSearch search, ref FieldChange best)
    {
        int from = FindMoved(l, r, moved, ref search);
        if (from >= 0 && StepCost.Indexed(from) + ReturnCost(r) < best.Cost)
        {
            best = new FieldChange(
                StepCost.Indexed(from) + ReturnCost(r), new PatchStep(StepKind.RenameField, from, Right: r));
        }
    }

    /// <summary>Tries to make a right value from the left field at an index.</summary>
    private void TryEdit(int l, int r, int index, bool sameKey, ref FieldChange best)
    {
        if (left.Kind(l) != right.Kind(r))
        {
            return;
        }
        int plan = sameKey ? Plan(l, r) : PlanOnce(l, r);
        if (plan == None)
        {
            return;
        }
        int cost = StepCost.Indexed(index) + space.Plans[plan].Cost + (sameKey ? StepCost.Code : ReturnCost(r));
        if (cost < best.Cost)
        {
            StepKind kind = sameKey ? StepKind.EditField : StepKind.EditAndRenameField;
            best = new FieldChange(cost, new PatchStep(kind, index, Right: r, Plan: plan));
        }
    }

    /// <summary>The index of a left field, of any key, that has the right value; -1 when there is none.</summary>
    private int FindMoved(int l, int r, bool[]? moved, ref FieldSearch search)
    {
        int count = left.Count(l);
        if (count <= FewFields)
        {
            int first = left.Child(l, 0);
            int length = right.Length(r);
            for (int index = 0; index < count; index++)
            {
                if (left.Length(first + index) == length && moved?[index] != true && Same(first + index, r))
                {
                    return index;
                }
            }
            return -1;
        }
        if (!search.HasHashes)
        {
            search.HasHashes = true;
            search.ByHash = new HashChains(ref space.Tables, 0, count);
            for (int index = count - 1; index >= 0; index--)
            {
                search.ByHash.Add(ref space.Tables, index, LeftHash(left.Child(l, index)));
            }
        }
        uint hash = RightHash(r);
        int found = search.ByHash.First(space.Tables, hash);
        for (int tried = 0; tried < MovedCandidates && found >= 0; tried++)
        {
            int child = left.Child(l, found);
            if (left.Hash(child) == hash && moved?[found] != true && Same(child, r))
            {
                return found;
            }
            found = search.ByHash.Next(space.Tables, found);
        }
        return -1;
    }

    /// <summary>Tries to make a right value from the value of a key that is gone: a rename with an edit.</summary>
    private void TryEditGone(int r, int firstMatch, int endMatch, bool[]? moved, ref FieldChange best)
    {
        int tried = 0;
        for (int i = firstMatch; i < endMatch && tried < MovedCandidates && IsGenerous; i++)
        {
            FieldMatch gone = space.Matches[i];
            if (gone.RightNode < 0 && left.Kind(gone.LeftNode) == right.Kind(r) && moved?[gone.LeftIndex] != true
                && left.Length(gone.LeftNode) * 3L >= right.Length(r))
            {
                tried++;
                TryEdit(gone.LeftNode, r, gone.LeftIndex, sameKey: false, ref best);
            }
        }
        work -= (endMatch - firstMatch) / 8;
    }

    /// <summary>Tries to make a right object from the left field, of any key, that shares most with it.</summary>
    private void TryEditAlike(int l, int r, bool[]? moved, ref FieldSearch search, ref FieldChange best)
    {
        if (right.Kind(r) != JsonKind.Object || !IsGenerous)
        {
            return;
        }
        if (!search.Owners.IsMade)
        {
            search.Owners = CreateOwners(l, 0, left.Count(l));
        }
        int index = MostAlike(search.Owners, r);
        if (index >= 0 && moved?[index] != true)
        {
            TryEdit(left.Child(l, index), r, index, sameKey: false, ref best);
        }
    }

    private uint LeftHash(int node)
    {
        work -= 1 + left.Length(node) / BytesPerUnit;
        return left.Hash(node);
    }

    private uint RightHash(int node)
    {
        work -= 1 + right.Length(node) / BytesPerUnit;
        return right.Hash(node);
    }
}
