using EventStore.Mendoza.Json;
using EventStore.Mendoza.Patching;

namespace EventStore.Mendoza.Ropes;

// Objects with other fields than they had.
internal readonly ref partial struct RopeView
{
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

    /// <summary>
    /// Makes an object with other values under some keys, if those that it has there are entries of their own: most
    /// often, what one patch changes has been changed by one before it. -1 when they are not, or the object would be
    /// too long.
    /// </summary>
    public int TryReplaceFields(int node, ReadOnlySpan<FieldEdit> edits)
    {
        ref RopeNode built = ref rope.Nodes[node];
        int count = built.End - built.Start;
        if (!built.IsBuilt || count == 0)
        {
            return -1;
        }
        int first = rope.Entries.Extend(count);
        Span<RopeEntry> entries = rope.Entries.AsSpan()[first..];
        rope.Entries.AsSpan().Slice(built.Start, count).CopyTo(entries);
        long length = built.Length;
        int at = 0;
        foreach (ref readonly FieldEdit edit in edits)
        {
            while (at < entries.Length && entries[at].Before < edit.Position)
            {
                at++;
            }
            if (edit.Container != node || edit.Deletes || at == entries.Length
                || entries[at].Before != edit.Position || entries[at].IsRun)
            {
                rope.Entries.Truncate(first);
                return -1;
            }
            ref RopeEntry entry = ref entries[at];
            length -= ~entry.From;
            entry.Node = edit.Node;
            entry.From = ~(entry.End - entry.Start + 1 + LengthOf(entry.Node));
            length += ~entry.From;
        }
        rope.CountCopies(count);
        return AddBuilt(JsonKind.Object, first, length);
    }

    /// <summary>
    /// Makes an object with other values at some positions of a raw one, which are in order. -1 when it would be too
    /// long.
    /// </summary>
    public int ReplaceRawFields(int node, ReadOnlySpan<FieldEdit> edits)
    {
        int first = rope.Entries.Extend(2 * edits.Length + 1);
        Span<RopeEntry> entries = rope.Entries.AsSpan()[first..];
        ref RopeNode raw = ref rope.Nodes[node];
        int count = 0;
        int before = 0;
        int kept = 0;
        long length = 1;
        foreach (ref readonly FieldEdit edit in edits)
        {
            if (edit.Position > kept)
            {
                // What lies before a field ends with the comma before its key.
                ref RopeEntry run = ref entries[count++];
                run.Node = node;
                run.From = kept;
                run.Before = before;
                run.Count = edit.Position - kept;
                run.Start = rope.Slots[raw.Slots + kept].Start;
                run.End = edit.KeyStart - 1;
                before += run.Count;
                length += run.End - run.Start + 1;
            }
            kept = edit.Position + 1;
            if (edit.Deletes)
            {
                continue;
            }
            ref RopeEntry child = ref entries[count++];
            int own = edit.KeyEnd - edit.KeyStart + 1 + LengthOf(edit.Node);
            child.Node = edit.Node;
            child.From = ~own;
            child.Before = before++;
            child.Count = 1;
            child.Start = edit.KeyStart;
            child.End = edit.KeyEnd;
            length += own + 1;
        }
        if (Reach(ref raw, kept))
        {
            ref RopeEntry rest = ref entries[count++];
            rest.Node = node;
            rest.From = kept;
            rest.Before = before;
            rest.Start = rope.Slots[raw.Slots + kept].Start;
            rest.End = EndOf(ref raw) - 1;
            rest.Count = raw.IsComplete ? raw.Known - kept : RopeEntry.Uncounted;
            length += rest.End - rest.Start + 1;
        }
        rope.Entries.Truncate(first + count);
        return AddBuilt(JsonKind.Object, first, Math.Max(length, "{}".Length));
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

    private void AppendRest(int node, int from, int first)
    {
        ref RopeNode raw = ref rope.Nodes[node];
        int start = rope.Slots[raw.Slots + from].Start;
        int end = EndOf(ref raw) - 1;
        int count = raw.IsComplete ? raw.Known - from : RopeEntry.Uncounted;
        Add(ref rope.Entries, first, node, from, count, start, end);
    }

    private ReadOnlySpan<byte> FirstKey(in RopeEntry entry)
    {
        int end = entry.IsRun ? KeyEnd(rope.Nodes[entry.Node], entry.Start) : entry.End;
        return text[entry.Start + 1, end - 1];
    }
}
