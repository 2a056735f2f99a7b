using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

// Putting built values together out of what there is.
internal readonly ref partial struct RopeView
{
    /// <summary>
    /// Appends consecutive children of a value, or bytes of a string, to a list of entries that starts at a position.
    /// They must exist.
    /// </summary>
    public void AppendSlice(int node, int from, int to, ref PooledList<RopeEntry> list, int first)
    {
        ref RopeNode value = ref rope.Nodes[node];
        if (!value.IsBuilt)
        {
            AppendRun(node, from, to, ref list, first);
            return;
        }
        for (int i = EntryAt(value, from); i < value.End; i++)
        {
            RopeEntry entry = rope.Entries[i];
            if (entry.Before >= to)
            {
                break;
            }
            Append(entry, Math.Max(from, entry.Before), Math.Min(to, entry.Before + entry.Count), ref list, first);
            rope.CountCopy();
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
        if (!value.IsBuilt)
        {
            if (to != RopeEntry.Uncounted)
            {
                AppendRun(node, from, to, ref rope.Entries, first);
            }
            else if (Reach(ref value, from))
            {
                AppendRest(node, from, first);
            }
            return;
        }
        for (int i = value.Start == value.End ? value.End : EntryAt(value, from); i < value.End; i++)
        {
            RopeEntry entry = rope.Entries[i];
            if (entry.Before >= to)
            {
                break;
            }
            int start = Math.Max(from, entry.Before);
            if (entry.IsCounted || to != RopeEntry.Uncounted)
            {
                int end = entry.IsCounted ? Math.Min(to, entry.Before + entry.Count) : to;
                if (start < end)
                {
                    Append(entry, start, end, ref rope.Entries, first);
                }
            }
            else if (Reach(ref rope.Nodes[entry.Node], entry.From + start - entry.Before))
            {
                AppendRest(entry.Node, entry.From + start - entry.Before, first);
            }
            rope.CountCopy();
        }
    }

    /// <summary>Adds one field or element; an element has no key.</summary>
    public static void AppendChild(in RopeChild child, ref PooledList<RopeEntry> list, int first) =>
        list.Add(new RopeEntry
        {
            Node = child.Node,
            From = -1,
            Before = CountOf(list, first),
            Count = 1,
            Start = child.KeyStart,
            End = child.KeyEnd,
        });

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
        long length = "{}".Length + (kind == JsonKind.String ? 0 : Math.Max(0, end - first - 1));
        for (int i = first; i < end; i++)
        {
            length += LengthOf(rope.Entries[i]);
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

    /// <summary>Where the entries of the next built value will lie.</summary>
    public int NextEntry => rope.Entries.Count;

    /// <summary>Adds a field to the object that is being built.</summary>
    public void AppendField(in RopeChild field, int first) => AppendChild(field, ref rope.Entries, first);

    private void Append(in RopeEntry entry, int from, int to, ref PooledList<RopeEntry> list, int first)
    {
        if (entry.IsRun)
        {
            int shift = entry.From - entry.Before;
            AppendRun(entry.Node, from + shift, to + shift, ref list, first);
        }
        else
        {
            AppendChild(new RopeChild(entry.Node, entry.Start, entry.End), ref list, first);
        }
    }

    private void AppendRun(int node, int from, int to, ref PooledList<RopeEntry> list, int first)
    {
        (int start, int end) = RangeOf(ref rope.Nodes[node], from, to);
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
        list.Add(new RopeEntry
        {
            Node = node,
            From = from,
            Before = CountOf(list, first),
            Count = to - from,
            Start = start,
            End = end,
        });
    }

    private void AppendRest(int node, int from, int first)
    {
        ref RopeNode raw = ref rope.Nodes[node];
        int end = EndOf(ref raw) - 1;
        rope.Entries.Add(new RopeEntry
        {
            Node = node,
            From = from,
            Before = CountOf(rope.Entries, first),
            Count = raw.IsComplete ? raw.Known - from : RopeEntry.Uncounted,
            Start = rope.Slots[raw.Slots + from].Start,
            End = end,
        });
    }

    private static int CountOf(in PooledList<RopeEntry> list, int first)
    {
        if (list.Count == first)
        {
            return 0;
        }
        ref readonly RopeEntry last = ref list[list.Count - 1];
        return last.Before + last.Count;
    }

    private ReadOnlySpan<byte> FirstKey(in RopeEntry entry)
    {
        int end = entry.IsRun ? KeyEnd(rope.Nodes[entry.Node], entry.Start) : entry.End;
        return text[entry.Start + 1, end - 1];
    }
}
