using System.Numerics;
using System.Runtime.CompilerServices;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

// What lies within raw values: children, keys, escapes.
internal readonly ref partial struct RopeView
{
    private const int FirstCapacity = 8;

    /// <summary>Keys that are found at a time when one is looked for.</summary>
    private const int KeysAhead = 8;

    private bool TryGetRawChild(int node, int position, out RopeChild child)
    {
        Unsafe.SkipInit(out child);
        ref RopeNode raw = ref rope.Nodes[node];
        if (!Reach(ref raw, position))
        {
            return false;
        }
        ref RopeSlot slot = ref rope.Slots[raw.Slots + position];
        if (slot.Node >= 0)
        {
            // Behind the key, if there is one, comes the colon.
            int valueStart = rope.Nodes[slot.Node].Start;
            child.Node = slot.Node;
            child.KeyStart = slot.Start;
            child.KeyEnd = Math.Max(slot.Start, valueStart - 1);
            return true;
        }
        int keyEnd = slot.Start;
        int start = slot.Start;
        if (raw.Kind == JsonKind.Object)
        {
            keyEnd = KeyEnd(raw, slot.Start);
            start = keyEnd + 1;
        }
        int end = position + 1 < raw.Known ? rope.Slots[raw.Slots + position + 1].Start - 1
            : raw.IsComplete ? raw.End - 1
            : start;
        int added = AddRaw(start, end);
        slot.Node = added;
        child.Node = added;
        child.KeyStart = slot.Start;
        child.KeyEnd = keyEnd;
        return true;
    }

    /// <summary>
    /// The range that consecutive children have in the text of a raw container; of a string, consecutive bytes of its
    /// UTF-8 form. They must exist.
    /// </summary>
    private void FindRange(ref RopeNode raw, int from, int to, out int start, out int end)
    {
        if (raw.Kind == JsonKind.String)
        {
            start = raw.Start + 1 + Spelled(raw, from);
            end = raw.Start + 1 + Spelled(raw, to);
            return;
        }
        end = Reach(ref raw, to) ? rope.Slots[raw.Slots + to].Start - 1 : EndOf(ref raw) - 1;
        start = rope.Slots[raw.Slots + from].Start;
    }

    /// <summary>
    /// Position of the first field of a raw object from one position up to another whose key is not below a given one.
    /// </summary>
    private int RawLowerBound(int node, int from, int to, ReadOnlySpan<byte> key, out bool found)
    {
        found = false;
        ref RopeNode raw = ref rope.Nodes[node];
        while (raw.Known < to && (raw.Known == 0 || JsonText.Compare(KeyAt(raw, raw.Known - 1), key) < 0))
        {
            if (!Reach(ref raw, raw.Known + KeysAhead) && raw.IsComplete)
            {
                break;
            }
        }
        int low = from;
        int high = Math.Min(to, raw.Known);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int comparison = JsonText.Compare(KeyAt(raw, middle), key);
            if (comparison < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
                found |= comparison == 0;
            }
        }
        return low;
    }

    private ReadOnlySpan<byte> KeyAt(in RopeNode raw, int position)
    {
        int start = rope.Slots[raw.Slots + position].Start;
        return text[start + 1, KeyEnd(raw, start) - 1];
    }

    private int KeyEnd(in RopeNode raw, int start)
    {
        ReadOnlySpan<byte> around = text.Around(start);
        int position = RopeText.Position(start);
        int end = position < around.Length && around[position] == '"'
            ? JsonScan.SkipString(around, position, out _)
            : -1;
        return end >= 0 && end + 1 < around.Length && around[end] == ':'
            ? RopeText.Offset(end, start)
            : throw Malformed(raw);
    }

    /// <summary>
    /// Gets to know the children of a raw container up to a position; false when there are not so many.
    /// </summary>
    private bool Reach(ref RopeNode raw, int position)
    {
        if (position < raw.Known)
        {
            return true;
        }
        if (raw.Known == 0 && !raw.IsComplete)
        {
            Open(ref raw);
        }
        if (position >= raw.Known && !raw.IsComplete)
        {
            Learn(ref raw, position);
        }
        return position < raw.Known;
    }

    private void Open(ref RopeNode raw)
    {
        int inside = RopeText.Position(raw.Start) + 1;
        ReadOnlySpan<byte> around = text.Around(raw.Start);
        if (inside >= around.Length)
        {
            throw Malformed(raw);
        }
        if (around[inside] == CloseOf(raw.Kind))
        {
            raw.End = RopeText.Offset(inside + 1, raw.Start);
            raw.IsComplete = true;
        }
        else
        {
            AddSlot(ref raw, RopeText.Offset(inside, raw.Start), -1);
        }
    }

    /// <summary>Walks on behind the last child known, past all blocks that cannot hold the end of another.</summary>
    // By itself it has the registers that its loop needs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Learn(ref RopeNode raw, int position)
    {
        var blocks = new JsonBlocks(text.Around(raw.Start), ResumeAt(raw));
        int depth = 1;
        while (position >= raw.Known)
        {
            if (!blocks.MoveTo(1, ref depth))
            {
                throw Malformed(raw);
            }
            int end = LearnBlock(ref raw, blocks, ref depth);
            if (end >= 0)
            {
                Complete(ref raw, RopeText.Offset(end, raw.Start));
                return;
            }
        }
    }

    /// <summary>
    /// Adds the children that start in a block, and returns where the container's closing bracket lies; -1 when it goes
    /// on. What decides is the level between two brackets: at that of the children, commas part them.
    /// </summary>
    private int LearnBlock(ref RopeNode raw, in JsonBlocks blocks, ref int depth)
    {
        ulong separators = BracketLevels.Separators(
            blocks.Opens, blocks.Closes, blocks.Commas, ref depth, out ulong close);
        AddSlots(ref raw, RopeText.Offset(blocks.Start + 1, raw.Start), separators);
        return close == 0 ? -1 : blocks.Start + BitOperations.TrailingZeroCount(close);
    }

    /// <summary>Adds children that start at the places of bits.</summary>
    private void AddSlots(ref RopeNode raw, int offset, ulong places)
    {
        for (; places != 0; places &= places - 1)
        {
            AddSlot(ref raw, offset + BitOperations.TrailingZeroCount(places), -1);
        }
    }

    private void Complete(ref RopeNode raw, int close)
    {
        if (text[close] != CloseOf(raw.Kind) || (raw.End != raw.Start && raw.End != close + 1))
        {
            throw Malformed(raw);
        }
        raw.End = close + 1;
        raw.IsComplete = true;
    }

    /// <summary>Where a walk at the level of the children goes on: behind the last one, if its end is known.</summary>
    private int ResumeAt(in RopeNode raw)
    {
        ref RopeSlot last = ref rope.Slots[raw.Slots + raw.Known - 1];
        int offset = last.Start;
        if (last.Node >= 0 && rope.Nodes[last.Node].End != rope.Nodes[last.Node].Start)
        {
            offset = rope.Nodes[last.Node].End;
        }
        return RopeText.Position(offset);
    }

    /// <summary>Finds the end of a raw string and its escapes, each of which stands for one byte.</summary>
    private void ReadString(ref RopeNode raw)
    {
        if (raw.IsComplete)
        {
            return;
        }
        ReadOnlySpan<byte> content = text[raw.Start + 1, EndOf(ref raw) - 1];
        int removed = 0;
        int at = content.IndexOf((byte)'\\');
        while (at >= 0 && at + 1 < content.Length)
        {
            int length = content[at + 1] == 'u' ? Math.Min(JsonText.MaxEscapedLength, content.Length - at) : 2;
            AddSlot(ref raw, at + length, at - removed);
            removed += length - 1;
            at += length;
            int next = at < content.Length ? content[at..].IndexOf((byte)'\\') : -1;
            at = next < 0 ? -1 : at + next;
        }
        raw.Length = content.Length - removed;
        raw.IsComplete = true;
    }

    /// <summary>Offset in a string's content of an offset in its UTF-8 form.</summary>
    private int Spelled(in RopeNode raw, int offset)
    {
        int low = 0;
        int high = raw.Known;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (rope.Slots[raw.Slots + middle].Node < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        if (low == 0)
        {
            return offset;
        }
        ref RopeSlot before = ref rope.Slots[raw.Slots + low - 1];
        return before.Start + offset - before.Node - 1;
    }

    private void AddSlot(ref RopeNode raw, int start, int node)
    {
        if (raw.Known == raw.Capacity)
        {
            Grow(ref raw);
        }
        ref RopeSlot slot = ref rope.Slots[raw.Slots + raw.Known++];
        slot.Start = start;
        slot.Node = node;
    }

    private void Grow(ref RopeNode raw)
    {
        int capacity = Math.Max(FirstCapacity, raw.Capacity * 2);
        if (raw.Capacity > 0 && raw.Slots + raw.Capacity == rope.Slots.Count)
        {
            rope.Slots.Extend(capacity - raw.Capacity);
        }
        else
        {
            int moved = rope.Slots.Extend(capacity);
            Span<RopeSlot> slots = rope.Slots.AsSpan();
            slots.Slice(raw.Slots, raw.Known).CopyTo(slots[moved..]);
            raw.Slots = moved;
        }
        raw.Capacity = capacity;
    }
}
