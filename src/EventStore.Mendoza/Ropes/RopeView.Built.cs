using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

// Putting built values together out of what there is.
internal readonly ref partial struct RopeView
{
    /// <summary>Offsets end here, far beyond the longest result, so that no sum of them overflows.</summary>
    private const int MostOffset = 1 << 30;

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

    /// <summary>
    /// Adds the fields of an object from one position up to another, or all from it on, to the entries of the object
    /// that is being built.
    /// </summary>
    public void KeepFields(int node, int from, int to, int first)
    {
        if (from >= to)
        {
            return;
        }
        ref RopeNode value = ref rope.Nodes[node];
        if (value.IsBuilt)
        {
            AppendEntries(node, from, to, ref rope.Entries, first);
        }
        else if (to != RopeEntry.Uncounted)
        {
            AppendRun(node, from, to, ref rope.Entries, first);
        }
        else if (Reach(ref value, from))
        {
            AppendRest(node, from, first);
        }
    }

    /// <summary>Adds a field to the object that is being built.</summary>
    public void AppendField(in RopeChild field, int first) => AppendChild(field, ref rope.Entries, first);

    /// <summary>Adds one field or element; an element has no key.</summary>
    public void AppendChild(in RopeChild child, ref PooledList<RopeEntry> list, int first)
    {
        int key = child.KeyEnd - child.KeyStart;
        Add(ref list, first, 1, new RopeEntry
        {
            Node = child.Node,
            From = -1,
            Count = 1,
            Length = (key > 0 ? key + 1 : 0) + LengthOf(child.Node),
            Start = child.KeyStart,
            End = child.KeyEnd,
        });
    }

    /// <summary>
    /// Position of the first field of an object, from one position on, whose key is not below a given one.
    /// </summary>
    public int LowerBound(int node, int from, ReadOnlySpan<byte> key, out bool found)
    {
        ref RopeNode value = ref rope.Nodes[node];
        if (!value.IsBuilt)
        {
            return RawLowerBound(node, from, RopeEntry.Uncounted, key, out found);
        }
        found = false;
        int low = value.Start;
        int high = value.End;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (JsonText.Compare(FirstKey(rope.Entries[middle]), key) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        if (low == value.Start)
        {
            return from;
        }
        RopeEntry entry = rope.Entries[low - 1];
        if (!entry.IsRun)
        {
            found = FirstKey(entry).SequenceEqual(key);
            return Math.Max(from, found ? entry.Before : entry.Before + 1);
        }
        int inside = Math.Max(0, from - entry.Before);
        int end = entry.IsCounted ? entry.From + entry.Count : RopeEntry.Uncounted;
        return entry.Before - entry.From + RawLowerBound(entry.Node, entry.From + inside, end, key, out found);
    }

    /// <summary>
    /// Makes a built value of the entries that lie behind a position; null when it would be too long.
    /// </summary>
    public int? TryBuild(JsonKind kind, int first)
    {
        int end = rope.Entries.Count;
        long length = "{}".Length;
        if (end > first)
        {
            length += (long)rope.Entries.Last.Offset + rope.Entries.Last.Length;
        }
        if (length > MendozaLimits.MaxResultLength)
        {
            return null;
        }
        rope.Nodes.Add(new RopeNode { Kind = kind, IsBuilt = true, Start = first, End = end, Length = (int)length });
        return rope.Nodes.Count - 1;
    }

    /// <inheritdoc cref="TryBuild(JsonKind, int)"/>
    public int? TryBuild(JsonKind kind, ReadOnlySpan<RopeEntry> entries)
    {
        int first = rope.Entries.Count;
        rope.Entries.AddRange(entries);
        return TryBuild(kind, first);
    }

    /// <summary>
    /// Appends children of a built value, from one position up to another or to its end: entries that lie
    /// within are copied all at once.
    /// </summary>
    private void AppendEntries(int node, int from, int to, ref PooledList<RopeEntry> list, int first)
    {
        RopeNode built = rope.Nodes[node];
        if (built.Start == built.End)
        {
            return;
        }
        int separator = built.Kind == JsonKind.String ? 0 : 1;
        int start = EntryAt(built, from);
        int end = to == RopeEntry.Uncounted ? built.End : EntryAt(built, to - 1) + 1;
        RopeEntry cut = rope.Entries[start];
        if (cut.Before < from || (end == start + 1 && IsCut(cut, to)))
        {
            AppendPart(cut, from, to, ref list, first);
            start++;
        }
        bool isEndCut = end > start && IsCut(rope.Entries[end - 1], to);
        AppendWhole(start, isEndCut ? end - 1 : end, separator, ref list, first);
        if (isEndCut)
        {
            RopeEntry last = rope.Entries[end - 1];
            AppendPart(last, last.Before, to, ref list, first);
        }
    }

    private static bool IsCut(in RopeEntry entry, int to) =>
        to != RopeEntry.Uncounted && (!entry.IsCounted || entry.Before + entry.Count > to);

    private void AppendWhole(int start, int end, int separator, ref PooledList<RopeEntry> list, int first)
    {
        if (start >= end)
        {
            return;
        }
        rope.CountCopies(end - start);
        int before = 0;
        int offset = 0;
        if (list.Count > first)
        {
            before = list.Last.Before + list.Last.Count;
            offset = Behind(list.Last, separator);
        }
        before -= rope.Entries[start].Before;
        offset -= rope.Entries[start].Offset;
        int copied = list.Extend(end - start);
        Span<RopeEntry> copies = list.AsSpan()[copied..];
        rope.Entries.AsSpan()[start..end].CopyTo(copies);
        foreach (ref RopeEntry entry in copies)
        {
            entry.Before += before;
            entry.Offset = Math.Min(entry.Offset + offset, MostOffset);
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
        (int start, int end) = RangeOf(ref raw, from, to);
        if (list.Count > first)
        {
            ref RopeEntry last = ref list.Last;
            if (last.Node == node && last.IsRun && last.From + last.Count == from)
            {
                last.End = end;
                last.Length = end - last.Start;
                last.Count += to - from;
                return;
            }
        }
        Add(ref list, first, raw.Kind == JsonKind.String ? 0 : 1, new RopeEntry
        {
            Node = node,
            From = from,
            Count = to - from,
            Length = end - start,
            Start = start,
            End = end,
        });
    }

    private void AppendRest(int node, int from, int first)
    {
        ref RopeNode raw = ref rope.Nodes[node];
        int start = rope.Slots[raw.Slots + from].Start;
        int end = EndOf(ref raw) - 1;
        Add(ref rope.Entries, first, 1, new RopeEntry
        {
            Node = node,
            From = from,
            Count = raw.IsComplete ? raw.Known - from : RopeEntry.Uncounted,
            Length = end - start,
            Start = start,
            End = end,
        });
    }

    private static void Add(ref PooledList<RopeEntry> list, int first, int separator, RopeEntry entry)
    {
        if (list.Count > first)
        {
            ref readonly RopeEntry last = ref list.Last;
            entry.Before = last.Before + last.Count;
            entry.Offset = Behind(last, separator);
        }
        list.Add(entry);
    }

    /// <summary>Where the text of what follows an entry starts.</summary>
    private static int Behind(in RopeEntry entry, int separator) =>
        (int)Math.Min((long)entry.Offset + entry.Length + separator, MostOffset);

    private ReadOnlySpan<byte> FirstKey(in RopeEntry entry)
    {
        int end = entry.IsRun ? KeyEnd(rope.Nodes[entry.Node], entry.Start) : entry.End;
        return text[entry.Start + 1, end - 1];
    }
}
