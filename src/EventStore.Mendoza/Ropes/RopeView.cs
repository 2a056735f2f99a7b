using System.Buffers;
using System.Runtime.CompilerServices;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

/// <summary>
/// A rope together with the texts that its nodes are ranges of. Reading a value looks into its text only as far as it
/// must, and never twice at the same place.
/// </summary>
internal readonly ref partial struct RopeView(Rope rope, RopeText text)
{
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]}"u8);

    private readonly Rope rope = rope;
    private readonly RopeText text = text;

    public RopeText Text => text;

    public ref RopeNode this[int node] => ref rope.Nodes[node];

    /// <summary>Adds the value at a range; an end equal to the start stands for one that is not known.</summary>
    public int AddRaw(int start, int end)
    {
        if (RopeText.Position(start) >= text.Around(start).Length)
        {
            throw Malformed(start);
        }
        return AddNode(JsonKinds.Of(text[start]), isBuilt: false, start, end, 0);
    }

    /// <summary>Adds a <c>null</c> that stands in no text.</summary>
    public int AddNull()
    {
        return AddNode(JsonKind.Null, isBuilt: true, 0, 0, "null".Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AddNode(JsonKind kind, bool isBuilt, int start, int end, int length)
    {
        ref RopeNode node = ref rope.Nodes.AddInPlace();
        node.Kind = kind;
        node.IsBuilt = isBuilt;
        node.IsComplete = false;
        node.Start = start;
        node.End = end;
        node.Length = length;
        node.Slots = isBuilt ? start : 0;
        node.Known = 0;
        node.Capacity = 0;
        return rope.Nodes.Count - 1;
    }

    public int LengthOf(int node)
    {
        ref RopeNode value = ref rope.Nodes[node];
        return value.IsBuilt ? value.Length : EndOf(ref value) - value.Start;
    }

    /// <summary>How many elements, fields or bytes of UTF-8 a value has.</summary>
    public int CountOf(int node)
    {
        ref RopeNode value = ref rope.Nodes[node];
        if (!value.IsBuilt)
        {
            if (value.Kind == JsonKind.String)
            {
                ReadString(ref value);
                return value.Length;
            }
            Reach(ref value, int.MaxValue);
            return value.Known;
        }
        if (value.Start == value.End)
        {
            return 0;
        }
        ref RopeEntry last = ref rope.Entries[value.End - 1];
        return last.Before + (last.IsCounted ? last.Count : CountOf(last.Node) - last.From);
    }

    /// <summary>Whether a value has so many elements or bytes of UTF-8.</summary>
    public bool Has(int node, int count)
    {
        ref RopeNode value = ref rope.Nodes[node];
        return value.IsBuilt || value.Kind == JsonKind.String
            ? count <= CountOf(node)
            : count == 0 || Reach(ref value, count - 1);
    }

    /// <summary>The field or element at a position; false when there is none.</summary>
    public bool TryGetChild(int node, int position, out RopeChild child)
    {
        ref RopeNode value = ref rope.Nodes[node];
        if (!value.IsBuilt)
        {
            return TryGetRawChild(node, position, out child);
        }
        Unsafe.SkipInit(out child);
        if (value.Start == value.End)
        {
            return false;
        }
        ref RopeEntry entry = ref rope.Entries[EntryAt(ref value, position)];
        int inside = position - entry.Before;
        if (inside >= entry.Count)
        {
            return false;
        }
        if (entry.IsRun)
        {
            return TryGetRawChild(entry.Node, entry.From + inside, out child);
        }
        child.Node = entry.Node;
        child.KeyStart = entry.Start;
        child.KeyEnd = entry.End;
        return true;
    }

    /// <summary>The offset behind a raw value's text.</summary>
    private int EndOf(ref RopeNode raw)
    {
        if (raw.End == raw.Start)
        {
            raw.End = FindEnd(raw);
        }
        return raw.End;
    }

    private int FindEnd(in RopeNode raw)
    {
        ReadOnlySpan<byte> around = text.Around(raw.Start);
        int start = RopeText.Position(raw.Start);
        int end;
        switch (raw.Kind)
        {
            case JsonKind.String:
                end = JsonScan.SkipString(around, start, out _);
                break;
            case JsonKind.Array or JsonKind.Object:
                end = JsonScan.SkipToClose(around, raw.Known > 0 ? ResumeAt(raw) : start + 1);
                break;
            default:
                int length = around[start..].IndexOfAny(ScalarEnds);
                end = length < 0 ? around.Length : start + length;
                break;
        }
        return end > start ? RopeText.Offset(end, raw.Start) : throw Malformed(raw);
    }

    /// <summary>Position in the list of the entry that a child of a built value, which has some, is part of.</summary>
    private int EntryAt(ref RopeNode built, int position)
    {
        ReadOnlySpan<RopeEntry> entries = rope.Entries.AsSpan()[..built.End];
        int last = built.LastEntry;
        if (entries[last].Before == position)
        {
            return last;
        }
        if (last + 1 < entries.Length && entries[last + 1].Before == position)
        {
            built.LastEntry = last + 1;
            return last + 1;
        }
        if (last > built.Start && entries[last].Before == position + 1)
        {
            return last - 1;
        }
        built.LastEntry = FindEntry(entries, built.Start, position);
        return built.LastEntry;
    }

    private static int FindEntry(ReadOnlySpan<RopeEntry> entries, int low, int position)
    {
        // Without a branch on what it finds, which would be a guess every time.
        for (int count = entries.Length - low; count > 1;)
        {
            int half = count >> 1;
            low += half & ((entries[low + half].Before - position - 1) >> 31);
            count -= half;
        }
        return low;
    }

    private static MendozaException Malformed(in RopeNode raw) => Malformed(raw.Start);

    private static MendozaException Malformed(int start) => new(start < 0
        ? new MendozaError(MendozaErrorCode.MalformedPatch, -1, "a value in a patch is malformed")
        : new MendozaError(MendozaErrorCode.MalformedDocument, -1, "the left document is malformed"));
}
