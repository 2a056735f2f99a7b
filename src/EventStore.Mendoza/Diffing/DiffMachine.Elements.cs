using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

// Which left elements a right element may be equal to, or be made from.
internal ref partial struct DiffMachine
{
    /// <summary>Left elements that one right element is tried to be made from.</summary>
    private const int EditCandidates = 5;

    /// <summary>
    /// In arrays up to this size, equal elements are looked for in the whole left array, else only between its equal
    /// ends.
    /// </summary>
    private const int WhollySearchedArray = 1024;

    /// <summary>Elements compared by how many bytes of fields they share.</summary>
    private const int ComparedOwners = 8;

    private ElementTable CreateElementTable(in ArrayMiddle middle)
    {
        int count = left[middle.Left].Count;
        bool whole = count <= WhollySearchedArray;
        var table = new ElementTable(whole ? 0 : middle.From, whole ? count : middle.LeftEnd);
        work -= table.To - table.From;
        for (int i = table.To - 1; i >= table.From; i--)
        {
            table.Add(i, LeftHash(left.Child(middle.Left, i)));
        }
        return table;
    }

    /// <summary>
    /// Finds the equal stretches that start at right element j, given those that start at the next one.
    /// </summary>
    private void FindRuns(in ArrayMiddle middle, ElementTable table, int j, int r)
    {
        table.TurnRuns();
        ulong hash = RightHash(r);
        work--;
        AddRun(middle, table, j, r);
        AddRun(middle, table, j + middle.LeftEnd - middle.RightEnd, r);
        int element = table.First(hash);
        for (int probe = 0; probe < ElementTable.Probes && element >= 0; probe++)
        {
            if (LeftHash(left.Child(middle.Left, element)) == hash)
            {
                AddRun(middle, table, element, r);
            }
            element = table.Next(element);
        }
    }

    private void AddRun(in ArrayMiddle middle, ElementTable table, int i, int r)
    {
        if (i < 0 || i >= left[middle.Left].Count)
        {
            return;
        }
        for (int known = 0; known < table.RunCount; known++)
        {
            if (table.Runs[known].From == i)
            {
                return;
            }
        }
        if (!Same(left.Child(middle.Left, i), r))
        {
            return;
        }
        int length = 1;
        for (int next = 0; next < table.PreviousRunCount; next++)
        {
            if (table.PreviousRuns[next].From == i + 1)
            {
                length += table.PreviousRuns[next].Length;
                break;
            }
        }
        table.Runs[table.RunCount++] = (i, length);
    }

    private int FirstEqual(in ArrayMiddle middle, ElementTable table, int likely, int r)
    {
        if (likely >= 0 && likely < left[middle.Left].Count && Same(left.Child(middle.Left, likely), r))
        {
            return likely;
        }
        ulong hash = RightHash(r);
        int element = table.First(hash);
        for (int probe = 0; probe < ElementTable.Probes && element >= 0; probe++)
        {
            int l = left.Child(middle.Left, element);
            if (LeftHash(l) == hash && Same(l, r))
            {
                return element;
            }
            element = table.Next(element);
        }
        return -1;
    }

    /// <summary>
    /// The left elements to try to make right element j from, the likeliest first: the one of the same <c>_key</c>,
    /// the one in step with the last equal pair, the one at the same place from the front and from the back, the one
    /// that shares most fields.
    /// </summary>
    private int EditSources(
        in ArrayMiddle middle, ElementTable table, int j, int r, int drift, scoped Span<int> candidates)
    {
        int count = 0;
        int keyed = ElementOfKey(middle, table, r);
        AddCandidate(middle, keyed, r, candidates, ref count);
        AddCandidate(middle, j + drift, r, candidates, ref count);
        AddCandidate(middle, j, r, candidates, ref count);
        AddCandidate(middle, j + middle.LeftEnd - middle.RightEnd, r, candidates, ref count);
        if (keyed < 0 && IsGenerous && right[r].Kind == JsonKind.Object)
        {
            AddCandidate(middle, MostAlike(middle, table, r), r, candidates, ref count);
        }
        return count;
    }

    private void AddCandidate(in ArrayMiddle middle, int i, int r, scoped Span<int> candidates, ref int count)
    {
        if (i >= 0 && i < left[middle.Left].Count
            && left[left.Child(middle.Left, i)].Kind == right[r].Kind
            && !candidates[..count].Contains(i))
        {
            candidates[count++] = i;
        }
    }

    private int ElementOfKey(in ArrayMiddle middle, ElementTable table, int r)
    {
        int key = KeyField(ref right, r);
        if (key < 0)
        {
            return -1;
        }
        if (table.ByKey is null)
        {
            table.ByKey = [];
            for (int i = table.To - 1; i >= table.From; i--)
            {
                int own = KeyField(ref left, left.Child(middle.Left, i));
                if (own >= 0)
                {
                    table.ByKey[NodeHashes.Bytes(left.Value(own))] = i;
                }
            }
        }
        return table.ByKey.TryGetValue(NodeHashes.Bytes(right.Value(key)), out int found) ? found : -1;
    }

    private static int KeyField(ref JsonIndex index, int node)
    {
        if (index[node].Kind != JsonKind.Object)
        {
            return -1;
        }
        int place = index.LowerBound(node, 0, "_key"u8, out bool found);
        int field = found ? index.Child(node, place) : -1;
        return field >= 0 && index[field].Kind == JsonKind.String ? field : -1;
    }

    private int MostAlike(in ArrayMiddle middle, ElementTable table, int r)
    {
        if (table.Fields is null)
        {
            table.Fields = new FieldOwners();
            for (int i = table.From; i < table.To; i++)
            {
                AddFields(table.Fields, i, left.Child(middle.Left, i));
            }
        }
        return MostAlike(table.Fields, r);
    }

    /// <summary>
    /// The member that shares most with a right object, in bytes of equal fields; -1 when none shares any.
    /// </summary>
    private int MostAlike(FieldOwners owners, int r)
    {
        Span<(int Element, int Score)> scores = stackalloc (int, int)[ComparedOwners];
        int count = 0;
        int field = r + 1;
        for (int i = 0; i < right[r].Count; i++)
        {
            (int first, int second) = owners.Of(FieldHash(right.Key(field), RightHash(field)));
            int weight = right[field].End - right[field].KeyStart;
            Score(scores, ref count, first, weight);
            Score(scores, ref count, second, weight);
            field = right[field].Next;
        }
        work -= right[r].Count;
        int best = -1;
        int most = 0;
        foreach ((int element, int score) in scores[..count])
        {
            if (score > most)
            {
                most = score;
                best = element;
            }
        }
        return best;
    }

    private void AddFields(FieldOwners owners, int member, int node)
    {
        if (left[node].Kind != JsonKind.Object)
        {
            return;
        }
        work -= left[node].Count;
        int field = node + 1;
        for (int i = 0; i < left[node].Count; i++)
        {
            owners.Add(member, FieldHash(left.Key(field), LeftHash(field)));
            field = left[field].Next;
        }
    }

    private static void Score(Span<(int Element, int Score)> scores, ref int count, int element, int weight)
    {
        if (element < 0)
        {
            return;
        }
        for (int i = 0; i < count; i++)
        {
            if (scores[i].Element == element)
            {
                scores[i].Score += weight;
                return;
            }
        }
        if (count < scores.Length)
        {
            scores[count++] = (element, weight);
        }
    }

    private static ulong FieldHash(ReadOnlySpan<byte> key, ulong value) => NodeHashes.Mix(NodeHashes.Bytes(key), value);
}
