using System.Runtime.CompilerServices;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

// Putting built values together out of what there is.
internal readonly ref partial struct RopeView
{
    /// <summary>Where the entries of the next built value will lie.</summary>
    public int NextEntry => rope.Entries.Count;

    /// <summary>
    /// Appends consecutive children of a value, or bytes of a string, to a list of entries that starts at a position.
    /// They must exist.
    /// </summary>
    public void AppendSlice(int node, int from, int to, ref PooledList<RopeEntry> list, int first)
    {
        if (rope.Nodes[node].IsBuilt)
        {
            AppendEntries(node, from, to, ref list, first);
        }
        else
        {
            AppendRun(node, from, to, ref list, first);
        }
    }

    /// <summary>Appends consecutive children of a value to the entries of the value that is being built.</summary>
    public void AppendSlice(int node, int from, int to, int first) =>
        AppendSlice(node, from, to, ref rope.Entries, first);

    /// <summary>Adds a field to the object that is being built.</summary>
    public void AppendChild(int node, int keyStart, int keyEnd, int first) =>
        AppendChild(node, keyStart, keyEnd, ref rope.Entries, first);

    /// <summary>Adds one field or element; an element has no key.</summary>
    public void AppendChild(int node, int keyStart, int keyEnd, ref PooledList<RopeEntry> list, int first)
    {
        int key = keyEnd - keyStart;
        int length = (key > 0 ? key + 1 : 0) + LengthOf(node);
        Add(ref list, first, node, ~length, 1, keyStart, keyEnd);
    }

    /// <summary>
    /// Makes a built value of the entries that lie behind a position; -1 when it would be too long.
    /// </summary>
    public int TryBuild(JsonKind kind, int first)
    {
        long length = "{}".Length;
        ReadOnlySpan<RopeEntry> entries = rope.Entries.AsSpan()[first..];
        foreach (ref readonly RopeEntry entry in entries)
        {
            length += entry.Length;
        }
        length += kind == JsonKind.String ? 0 : Math.Max(0, entries.Length - 1);
        return AddBuilt(kind, first, length);
    }

    /// <inheritdoc cref="TryBuild(JsonKind, int)"/>
    public int TryBuild(JsonKind kind, ReadOnlySpan<RopeEntry> entries)
    {
        int first = rope.Entries.Extend(entries.Length);
        Span<RopeEntry> own = rope.Entries.AsSpan().Slice(first, entries.Length);
        long length = "{}".Length;
        for (int i = 0; i < own.Length; i++)
        {
            // Field by field, as they were written a moment ago.
            ref readonly RopeEntry entry = ref entries[i];
            ref RopeEntry copy = ref own[i];
            copy.Node = entry.Node;
            copy.From = entry.From;
            copy.Before = entry.Before;
            copy.Count = entry.Count;
            copy.Start = entry.Start;
            copy.End = entry.End;
            length += entry.Length;
        }
        length += kind == JsonKind.String ? 0 : Math.Max(0, own.Length - 1);
        return AddBuilt(kind, first, length);
    }

    private int AddBuilt(JsonKind kind, int first, long length)
    {
        if (length > MendozaLimits.MaxResultLength)
        {
            return -1;
        }
        return AddNode(kind, isBuilt: true, first, rope.Entries.Count, (int)length);
    }

    /// <summary>
    /// Appends children of a built value, from one position up to another or to its end: entries that lie
    /// within are copied all at once.
    /// </summary>
    private void AppendEntries(int node, int from, int to, ref PooledList<RopeEntry> list, int first)
    {
        ref RopeNode built = ref rope.Nodes[node];
        if (built.Start == built.End)
        {
            return;
        }
        int start = from == 0 ? built.Start : EntryAt(ref built, from);
        int end = to == RopeEntry.Uncounted ? built.End : EntryAt(ref built, to - 1) + 1;
        ref RopeEntry cut = ref rope.Entries[start];
        if (cut.Before < from || (end == start + 1 && IsCut(cut, to)))
        {
            AppendPart(cut, from, to, ref list, first);
            start++;
        }
        bool isEndCut = end > start && IsCut(rope.Entries[end - 1], to);
        AppendWhole(start, isEndCut ? end - 1 : end, ref list, first);
        if (isEndCut)
        {
            RopeEntry last = rope.Entries[end - 1];
            AppendPart(last, last.Before, to, ref list, first);
        }
    }

    private static bool IsCut(in RopeEntry entry, int to) =>
        to != RopeEntry.Uncounted && (!entry.IsCounted || entry.Before + entry.Count > to);

    private void AppendWhole(int start, int end, ref PooledList<RopeEntry> list, int first)
    {
        if (start >= end)
        {
            return;
        }
        rope.CountCopies(end - start);
        int before = list.Count > first ? list.Last.Before + list.Last.Count : 0;
        before -= rope.Entries[start].Before;
        int copied = list.Extend(end - start);
        Span<RopeEntry> copies = list.AsSpan()[copied..];
        rope.Entries.AsSpan()[start..end].CopyTo(copies);
        if (before == 0)
        {
            return;
        }
        foreach (ref RopeEntry entry in copies)
        {
            entry.Before += before;
        }
    }

    /// <summary>Appends what lies of one entry between two positions.</summary>
    private void AppendPart(in RopeEntry entry, int from, int to, ref PooledList<RopeEntry> list, int first)
    {
        rope.CountCopies(1);
        int inside = entry.From + Math.Max(0, from - entry.Before);
        if (!entry.IsRun || (entry.IsCounted && inside >= entry.From + entry.Count))
        {
            return;
        }
        if (to == RopeEntry.Uncounted && !entry.IsCounted)
        {
            if (Reach(ref rope.Nodes[entry.Node], inside))
            {
                AppendRest(entry.Node, inside, first);
            }
            return;
        }
        int end = entry.IsCounted ? Math.Min(entry.Count, to - entry.Before) : to - entry.Before;
        AppendRun(entry.Node, inside, entry.From + end, ref list, first);
    }

    private void AppendRun(int node, int from, int to, ref PooledList<RopeEntry> list, int first)
    {
        ref RopeNode raw = ref rope.Nodes[node];
        FindRange(ref raw, from, to, out int start, out int end);
        if (list.Count > first)
        {
            ref RopeEntry last = ref list.Last;
            if (last.Node == node && last.IsRun && last.From + last.Count == from)
            {
                last.End = end;
                last.Count += to - from;
                return;
            }
        }
        Add(ref list, first, node, from, to - from, start, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref PooledList<RopeEntry> list, int first, int node, int from, int count, int start, int end)
    {
        int before = 0;
        if (list.Count > first)
        {
            ref readonly RopeEntry last = ref list.Last;
            before = last.Before + last.Count;
        }
        ref RopeEntry entry = ref list.AddInPlace();
        entry.Node = node;
        entry.From = from;
        entry.Before = before;
        entry.Count = count;
        entry.Start = start;
        entry.End = end;
    }
}
