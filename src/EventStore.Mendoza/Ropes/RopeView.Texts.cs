using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

// Strings in the making: their pieces are the last entries.
internal readonly ref partial struct RopeView
{
    /// <summary>Longest string that is put together rather than kept as a list of pieces.</summary>
    private const int LongestJoinedText = 256;

    /// <summary>The number that the next node will have.</summary>
    public int NextNode => rope.Nodes.Count;

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

    /// <summary>Makes a string of the last entries, and a range of text of it when it is short.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="nodes">The number of the first node that was added for them.</param>
    /// <param name="room">Where to put its text.</param>
    /// <returns>The node; -1 when it would be too long.</returns>
    public int TryBuildText(int first, int nodes, ref TextRoom room)
    {
        ReadOnlySpan<RopeEntry> pieces = rope.Entries.AsSpan()[first..];
        long length = 2;
        foreach (ref readonly RopeEntry piece in pieces)
        {
            length += piece.End - piece.Start;
        }
        int offset = room.Offset;
        if (length > LongestJoinedText || !room.TryTake((int)length, out Span<byte> joined))
        {
            return AddBuilt(JsonKind.String, first, length);
        }
        joined[0] = (byte)'"';
        int written = 1;
        int count = 0;
        foreach (ref readonly RopeEntry piece in pieces)
        {
            Copy(piece.Start, piece.End, joined, ref written);
            count += piece.Count;
        }
        joined[written] = (byte)'"';
        rope.Entries.Truncate(first);
        rope.Nodes.Truncate(nodes);
        int node = AddNode(JsonKind.String, isBuilt: false, offset, offset + joined.Length, count);
        // Every escape makes it longer than what it stands for.
        rope.Nodes[node].IsComplete = count == joined.Length - 2;
        return node;
    }

    private bool IsWithinCodePoint(int offset) => (text[offset] & 0xC0) == 0x80;
}
