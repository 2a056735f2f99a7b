using System.Buffers.Binary;
using System.Numerics;
using EventStore.Mendoza.Diffing.Workspace;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>
/// Finds stretches of a new text in an old one through a table of the old text's windows. Stretches may be taken from
/// anywhere and more than once. Looks at a bounded number of places for each window, so it is linear in both texts.
/// </summary>
internal ref struct TextMatcher
{
    /// <summary>Shortest stretch worth a slice, which costs about as much.</summary>
    public const int ShortestMatch = 12;

    private const int Window = 8;
    private const int Probes = 8;

    /// <summary>
    /// Every so many windows of the old text one is entered: a stretch of <see cref="ShortestMatch"/> bytes holds at
    /// least one such window whole, and what lies before it is found backwards from there.
    /// </summary>
    private const int Step = ShortestMatch - Window;

    /// <summary>
    /// Slots for each window, as a power of two: most windows of the new text then meet an empty one.
    /// </summary>
    private const int Sparseness = 2;

    /// <summary>Of longer old texts, not every window is entered.</summary>
    private const int MostWindows = 512 * 1024;

    /// <summary>
    /// Where nothing is found for so long (as a power of two), windows of the new text are passed over, the more the
    /// longer it lasts. A match is also extended backwards, so its start is not lost.
    /// </summary>
    private const int Patience = 10;

    private readonly ReadOnlySpan<byte> old;
    private readonly ReadOnlySpan<byte> text;
    private readonly ReadOnlySpan<int> heads;
    private readonly ReadOnlySpan<int> chain;
    private readonly int shift;
    private readonly int stride;
    private readonly int from;
    private readonly int to;

    /// <summary>Indexes the windows that start within [from, lastStart] and end by to in the old text.</summary>
    public TextMatcher(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> text, int from, int lastStart, int to, ref WorkList<int> memory)
    {
        this.old = old;
        this.text = text;
        this.from = from;
        this.to = to;
        int end = Math.Min(lastStart, to - Window);
        stride = Step + Math.Max(0, end - from) / MostWindows;
        int windows = (Math.Max(0, end - from + 1) + stride - 1) / stride;
        int bits = Math.Max(4, BitOperations.Log2((uint)windows + 1) + Sparseness);
        shift = 64 - bits;
        Span<int> table = memory.Extend((1 << bits) + windows);
        Span<int> first = table[..(1 << bits)];
        Span<int> next = table[(1 << bits)..];
        first.Fill(-1);
        for (int window = windows - 1; window >= 0; window--)
        {
            ref int head = ref first[Slot(old, from + window * stride)];
            next[window] = head;
            head = window;
        }
        heads = first;
        chain = next;
    }

    /// <summary>Splits the stretch [start, end) of the new text into parts.</summary>
    public readonly void Match(int start, int end, ref WorkList<TextPart> parts)
    {
        int at = start;
        int unmatched = start;
        int missed = 0;
        while (at + Window <= end)
        {
            TextPart found = default;
            if (heads[Slot(text, at)] >= 0)
            {
                found = Longest(unmatched, at, end);
            }
            if (found.Length < ShortestMatch)
            {
                at += 1 + (missed++ >> Patience);
                continue;
            }
            if (found.Start > unmatched)
            {
                parts.Add(new TextPart(unmatched, found.Start - unmatched, -1));
            }
            parts.Add(found);
            at = found.Start + found.Length;
            unmatched = at;
            missed = 0;
        }
        if (unmatched < end)
        {
            parts.Add(new TextPart(unmatched, end - unmatched, -1));
        }
    }

    private readonly TextPart Longest(int floor, int at, int end)
    {
        TextPart best = default;
        int window = heads[Slot(text, at)];
        for (int probe = 0; probe < Probes && window >= 0; probe++)
        {
            int place = from + window * stride;
            if (Read(old, place) == Read(text, at))
            {
                int length = old[place..to].CommonPrefixLength(text[at..end]);
                TextPart trimmed = Trim(floor, place, at, length);
                best = trimmed.Length > best.Length ? trimmed : best;
            }
            window = chain[window];
        }
        return best;
    }

    /// <summary>Extends a match backwards, and cuts it where either text must not be cut.</summary>
    private readonly TextPart Trim(int floor, int place, int at, int length)
    {
        while (place > from && at > floor && old[place - 1] == text[at - 1])
        {
            place--;
            at--;
            length++;
        }
        if (length < ShortestMatch)
        {
            return default;
        }
        while (length > 0 && !(JsonText.IsBoundary(old, place) && JsonText.IsBoundary(text, at)))
        {
            place++;
            at++;
            length--;
        }
        while (length > 0
            && !(JsonText.IsBoundary(old, place + length) && JsonText.IsBoundary(text, at + length)))
        {
            length--;
        }
        return new TextPart(at, length, place);
    }

    private readonly int Slot(ReadOnlySpan<byte> source, int at) =>
        (int)((Read(source, at) * 0x9E3779B97F4A7C15) >> shift);

    private static ulong Read(ReadOnlySpan<byte> source, int at) =>
        BinaryPrimitives.ReadUInt64LittleEndian(source.Slice(at, sizeof(ulong)));
}
