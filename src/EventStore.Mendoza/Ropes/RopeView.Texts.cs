using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

// Strings in the making: their pieces are the last entries.
internal readonly ref partial struct RopeView
{
    /// <summary>
    /// The text around a raw string and the range of its content, if that has no escapes: its offsets are then those
    /// of its UTF-8 form.
    /// </summary>
    public bool TryGetPlainText(int node, out ReadOnlySpan<byte> around, out int start, out int end)
    {
        ref RopeNode value = ref rope.Nodes[node];
        around = text.Around(value.Start);
        start = RopeText.Position(value.Start) + 1;
        end = start;
        if (value.IsBuilt)
        {
            return false;
        }
        ReadString(ref value);
        end = start + value.Length;
        return value.Known == 0;
    }

    /// <summary>Adds a string at a range whose content has no escapes.</summary>
    public int AddPlainText(int start, int end)
    {
        int node = AddNode(JsonKind.String, isBuilt: false, start, end, end - start - 2);
        rope.Nodes[node].IsComplete = true;
        return node;
    }

    /// <summary>Appends all of a string.</summary>
    public bool TryAppendText(int node, int first)
    {
        int count = CountOf(node);
        return count == 0 || TryAppendText(node, 0, count, first);
    }

    /// <summary>
    /// Appends bytes of a string's UTF-8 form; false when it has not so many, or they are not whole code points.
    /// </summary>
    public bool TryAppendText(int node, int from, int to, int first)
    {
        ref RopeNode value = ref rope.Nodes[node];
        if (value.IsBuilt)
        {
            return TryAppendBuiltText(node, from, to, first);
        }
        ReadString(ref value);
        if (from > to || to > value.Length)
        {
            return false;
        }
        FindRange(ref value, from, to, out int start, out int end);
        if (IsWithinCodePoint(start) || IsWithinCodePoint(end))
        {
            return false;
        }
        if (from < to)
        {
            Add(ref rope.Entries, first, node, from, to - from, start, end);
        }
        return true;
    }

    private bool TryAppendBuiltText(int node, int from, int to, int first)
    {
        if (from > to || to > CountOf(node))
        {
            return false;
        }
        int before = rope.Entries.Count;
        AppendSlice(node, from, to, ref rope.Entries, first);
        for (int i = Math.Max(first, before - 1); i < rope.Entries.Count; i++)
        {
            ref RopeEntry part = ref rope.Entries[i];
            if (IsWithinCodePoint(part.Start) || IsWithinCodePoint(part.End))
            {
                return false;
            }
        }
        if (from == to)
        {
            rope.Entries.Truncate(before);
        }
        return true;
    }

    /// <summary>Appends a string of the patch at a range, which includes its quotes.</summary>
    public void AppendNewText(int start, int end, bool isEscaped, int first)
    {
        int length = end - start - 2;
        if (length == 0)
        {
            return;
        }
        int node = AddNode(JsonKind.String, isBuilt: false, start, end, length);
        ref RopeNode added = ref rope.Nodes[node];
        added.IsComplete = !isEscaped;
        int count = isEscaped ? CountOf(node) : length;
        Add(ref rope.Entries, first, node, 0, count, start + 1, end - 1);
    }

    private bool IsWithinCodePoint(int offset) => (text[offset] & 0xC0) == 0x80;
}
