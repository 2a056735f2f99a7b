using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

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

    /// <summary>Elements that are shorter on the average are not told apart by their length.</summary>
    private const int ShortestSizedElement = 64;

    /// <summary>For elements from this length on, what is unlikely to help is not tried.</summary>
    private const int LongElement = 240;

    private ElementTable CreateElementTable(in ArrayMiddle middle)
    {
        int count = left.Count(middle.Left);
        bool whole = count <= WhollySearchedArray;
        var table = new ElementTable { From = whole ? 0 : middle.From, To = whole ? count : middle.LeftEnd };
        table.IsBySize = table.To - table.From <= FewElements
            && left.Length(middle.Left) / count >= ShortestSizedElement;
        table.ByValue = new HashChains(ref space.Tables, table.From, table.To - table.From);
        int first = left.Child(middle.Left, 0);
        for (int i = table.To - 1; i >= table.From; i--)
        {
            work -= table.IsBySize ? 1 : 1 + left.Length(first + i) / BytesPerUnit;
            table.ByValue.Add(ref space.Tables, i, LeftMark(table, first + i));
        }
        return table;
    }

    /// <summary>
    /// What equal elements have in common. Among few elements it is their length: most are told apart by it, and to
    /// hash them would be to read them all.
    /// </summary>
    private readonly uint LeftMark(in ElementTable table, int node) =>
        table.IsBySize ? (uint)left.Length(node) : left.Hash(node);

    /// <inheritdoc cref="LeftMark"/>
    private uint RightMark(in ElementTable table, int node) =>
        table.IsBySize ? (uint)right.Length(node) : RightHash(node);

    /// <summary>
    /// Finds the equal stretches that start at right element j, given those that start at the next one.
    /// </summary>
    private void FindRuns(in ArrayMiddle middle, ref ElementTable table, int j, int r)
    {
        table.Following.Take(table.Runs);
        table.Runs.Clear();
        uint mark = RightMark(table, r);
        AddRun(middle, ref table, j, r);
        AddRun(middle, ref table, j + middle.LeftEnd - middle.RightEnd, r);
        int element = table.ByValue.First(space.Tables, mark);
        for (int probe = 0; probe < table.Probes && element >= 0 && !table.Runs.IsFull; probe++)
        {
            if (LeftMark(table, left.Child(middle.Left, element)) == mark)
            {
                AddRun(middle, ref table, element, r);
            }
            element = table.ByValue.Next(space.Tables, element);
        }
    }

    private void AddRun(in ArrayMiddle middle, ref ElementTable table, int i, int r)
    {
        if (i >= 0 && i < left.Count(middle.Left) && table.Runs.LengthFrom(i) == 0
            && Same(left.Child(middle.Left, i), r))
        {
            table.Runs.Add(i, 1 + table.Following.LengthFrom(i + 1));
        }
    }

    private int FirstEqual(in ArrayMiddle middle, in ElementTable table, int likely, int r)
    {
        int first = left.Child(middle.Left, 0);
        if (likely >= 0 && likely < left.Count(middle.Left) && Same(first + likely, r))
        {
            if (!table.IsBySize)
            {
                right.ShareHash(r, left.Hash(first + likely));
            }
            return likely;
        }
        uint mark = RightMark(table, r);
        int element = table.ByValue.First(space.Tables, mark);
        for (int probe = 0; probe < table.Probes && element >= 0; probe++)
        {
            if (LeftMark(table, first + element) == mark && Same(first + element, r))
            {
                return element;
            }
            element = table.ByValue.Next(space.Tables, element);
        }
        return -1;
    }

    /// <summary>
    /// The left elements to try to make right element j from, the likeliest first: the one of the same <c>_key</c>,
    /// the one in step with the last equal pair, the one at the same place from the front and from the back, the one
    /// that shares most fields.
    /// </summary>
    private int EditSources(
        in ArrayMiddle middle,
        ref ElementTable table,
        int j,
        int r,
        int drift,
        scoped Span<int> candidates,
        out bool isKeyed)
    {
        int count = 0;
        ReadOnlySpan<byte> key = ElementKey.Of(right.Value(r));
        int keyed = key.IsEmpty ? -1
            : HasKey(middle, table, j + drift, key) ? j + drift
            : ElementOfKey(middle, ref table, key);
        isKeyed = keyed >= 0;
        AddCandidate(middle, keyed, r, candidates, ref count);
        if (!isKeyed && IsGenerous && right.Kind(r) == JsonKind.Object)
        {
            AddCandidate(middle, MostAlike(middle, ref table, r), r, candidates, ref count);
            if (!key.IsEmpty && right.Length(r) >= LongElement)
            {
                // An element with a key of its own is new: what stands around its place is as unlike it as any
                // other.
                AddCandidate(middle, j, r, candidates, ref count);
                return count;
            }
        }
        AddCandidate(middle, j + drift, r, candidates, ref count);
        AddCandidate(middle, j, r, candidates, ref count);
        AddCandidate(middle, j + middle.LeftEnd - middle.RightEnd, r, candidates, ref count);
        return count;
    }

    private readonly void AddCandidate(
        in ArrayMiddle middle, int i, int r, scoped Span<int> candidates, ref int count)
    {
        if (i >= 0 && i < left.Count(middle.Left)
            && left.Kind(left.Child(middle.Left, i)) == right.Kind(r)
            && !candidates[..count].Contains(i))
        {
            candidates[count++] = i;
        }
    }

    /// <summary>Whether the likeliest element has the key, so that no table of the keys is needed.</summary>
    private readonly bool HasKey(in ArrayMiddle middle, in ElementTable table, int i, ReadOnlySpan<byte> key) =>
        !table.HasKeys && i >= table.From && i < table.To
        && ElementKey.Of(left.Value(left.Child(middle.Left, i))).SequenceEqual(key);

    private int ElementOfKey(in ArrayMiddle middle, ref ElementTable table, ReadOnlySpan<byte> key)
    {
        if (!table.HasKeys)
        {
            table.HasKeys = true;
            table.ByKey = new HashChains(ref space.Tables, table.From, table.To - table.From);
            for (int i = table.To - 1; i >= table.From; i--)
            {
                ReadOnlySpan<byte> own = ElementKey.Of(left.Value(left.Child(middle.Left, i)));
                if (!own.IsEmpty)
                {
                    table.ByKey.Add(ref space.Tables, i, ValueHash.Compute(own));
                }
                work--;
            }
        }
        int found = table.ByKey.First(space.Tables, ValueHash.Compute(key));
        for (int probe = 0; probe < ElementTable.HashProbes && found >= 0; probe++)
        {
            if (ElementKey.Of(left.Value(left.Child(middle.Left, found))).SequenceEqual(key))
            {
                return found;
            }
            found = table.ByKey.Next(space.Tables, found);
        }
        return -1;
    }
}
