using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Diffing.Trees;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

// Strings: kept stretches of the old text and sent stretches between them. Offsets are found in the spelling, where
// equal bytes mean equal text, and turned into offsets of the UTF-8 form at the end.
internal ref partial struct DiffMachine
{
    /// <summary>Shorter strings are sent again.</summary>
    private const int ShortestEditedText = 4;

    private int PlanText(int l, int r)
    {
        ReadOnlySpan<byte> old = left.Content(l);
        ReadOnlySpan<byte> text = right.Content(r);
        if (text.Length < ShortestEditedText)
        {
            return None;
        }
        work -= (old.Length + text.Length) / BytesPerUnit;
        space.Parts.Truncate(0);
        SplitText(old, text);
        SendSecondUses();
        Span<TextPart> parts = space.Parts.AsSpan();
        Span<TextPart> kept = parts[..DropDearSlices(parts, old.Length)];
        bool copies = kept[0].IsKept && kept[0].From == 0 && kept[0].Length == old.Length;
        if (copies)
        {
            kept = kept[1..];
        }
        else if (kept.Length == 1 && !kept[0].IsKept)
        {
            return None;
        }
        return AddTextPlan(old, r, kept, !copies);
    }

    private readonly int AddTextPlan(ReadOnlySpan<byte> old, int r, ReadOnlySpan<TextPart> parts, bool fromBlank)
    {
        ListEscapes(old);
        int content = right.Start(r) + 1;
        int firstPending = space.Pending.Count;
        int cost = 0;
        foreach (TextPart part in parts)
        {
            if (part.IsKept)
            {
                int from = PlainOffset(part.From);
                int to = PlainOffset(part.From + part.Length);
                space.Pending.Add(new PatchStep(StepKind.AppendTextSlice, from, to));
                cost += StepCost.TextSlice(from, to);
            }
            else
            {
                int start = content + part.Start;
                space.Pending.Add(new PatchStep(StepKind.AppendText, start, start + part.Length));
                cost += StepCost.Text(part.Length);
            }
        }
        return AddPlan(fromBlank, cost, firstPending);
    }

    /// <summary>
    /// Takes note of where the escapes of the old string end, in its spelling and in its UTF-8 form. Every canonical
    /// escape stands for exactly one byte.
    /// </summary>
    private readonly void ListEscapes(ReadOnlySpan<byte> old)
    {
        space.SpelledEscapes.Truncate(0);
        space.PlainEscapes.Truncate(0);
        int at = old.IndexOf((byte)'\\');
        if (at < 0)
        {
            return;
        }
        if (!JsonText.HasCanonicalEscapes(old))
        {
            throw MalformedDocument.Exception();
        }
        int removed = 0;
        while (true)
        {
            int length = old[at + 1] == 'u' ? JsonText.MaxEscapedLength : 2;
            at += length;
            removed += length - 1;
            space.SpelledEscapes.Add(at);
            space.PlainEscapes.Add(at - removed);
            int next = old[at..].IndexOf((byte)'\\');
            if (next < 0)
            {
                return;
            }
            at += next;
        }
    }

    /// <summary>
    /// Offset in the UTF-8 form of an offset in the spelling of the old string, which must not lie inside an escape.
    /// </summary>
    private readonly int PlainOffset(int spelled)
    {
        int before = space.SpelledEscapes.AsSpan().BinarySearch(spelled);
        before = before >= 0 ? before : ~before - 1;
        return before < 0 ? spelled : spelled - space.SpelledEscapes[before] + space.PlainEscapes[before];
    }

    /// <summary>The common start, the common end, and whatever of the old middle the new middle has.</summary>
    private void SplitText(ReadOnlySpan<byte> old, ReadOnlySpan<byte> text)
    {
        int prefix = ByteRuns.CommonPrefixLength(old, text);
        while (!JsonText.IsBoundary(old, prefix))
        {
            prefix--;
        }
        int suffix = ByteRuns.CommonSuffixLength(old[prefix..], text[prefix..]);
        while (!JsonText.IsBoundary(old, old.Length - suffix) || !JsonText.IsBoundary(text, text.Length - suffix))
        {
            suffix--;
        }
        if (prefix > 0)
        {
            space.Parts.Add(new TextPart(0, prefix, 0));
        }
        SplitMiddle(old, text, prefix, suffix);
        if (suffix > 0)
        {
            space.Parts.Add(new TextPart(text.Length - suffix, suffix, old.Length - suffix));
        }
    }

    private void SplitMiddle(ReadOnlySpan<byte> old, ReadOnlySpan<byte> text, int prefix, int suffix)
    {
        int length = text.Length - suffix - prefix;
        int oldEnd = old.Length - suffix;
        if (length == 0)
        {
            return;
        }
        // A slice that starts after text outside ASCII and ends before the string does is what the simple npm patcher
        // gets wrong.
        int ascii = old.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
        int lastStart = ascii < 0 ? old.Length : ascii;
        if (Math.Min(length, oldEnd - prefix) < TextMatcher.ShortestMatch || lastStart < prefix || work < 0)
        {
            space.Parts.Add(new TextPart(prefix, length, -1));
            return;
        }
        work -= (length + oldEnd - prefix) / 8;
        int firstTable = space.Tables.Count;
        var matcher = new TextMatcher(old, text, prefix, lastStart, oldEnd, ref space.Tables);
        matcher.Match(prefix, prefix + length, ref space.Parts);
        space.Tables.Truncate(firstTable);
    }

    /// <summary>
    /// Sends what would be taken from a stretch of the old text that a longer part is taken from too: the npm
    /// incremental patcher garbles a string that holds the same stretch twice as soon as it has to cut that stretch,
    /// in this patch or in a later one.
    /// </summary>
    private readonly void SendSecondUses()
    {
        Span<TextPart> parts = space.Parts.AsSpan();
        space.Order.Truncate(0);
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].IsKept)
            {
                space.Order.Add(((long)parts[i].From << 32) | (uint)i);
            }
        }
        Span<long> order = space.Order.AsSpan();
        order.Sort();
        int last = -1;
        foreach (long each in order)
        {
            int next = (int)each;
            if (last >= 0 && parts[last].From + parts[last].Length > parts[next].From)
            {
                int shorter = parts[next].Length > parts[last].Length ? last : next;
                parts[shorter] = parts[shorter] with { From = -1 };
                last = shorter == last ? next : last;
                continue;
            }
            last = next;
        }
    }

    /// <summary>Sends what is cheaper sent than kept. Returns how many parts are left, at the front.</summary>
    private static int DropDearSlices(Span<TextPart> parts, int oldLength)
    {
        int count = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            TextPart part = parts[i];
            bool sentBefore = count > 0 && !parts[count - 1].IsKept;
            bool sentAfter = i + 1 < parts.Length && !parts[i + 1].IsKept;
            int neighbours = (sentBefore ? 1 : 0) + (sentAfter ? 1 : 0);
            // An old text that is kept whole at the front is copied, which costs nothing.
            bool copied = count == 0 && part.From == 0 && part.Length == oldLength;
            if (part.IsKept && !copied)
            {
                int sent = part.Length + StepCost.Text(0) * (1 - neighbours);
                if (sent <= StepCost.TextSlice(part.From, part.From + part.Length))
                {
                    part = part with { From = -1 };
                }
            }
            if (sentBefore && !part.IsKept)
            {
                parts[count - 1] = parts[count - 1] with { Length = parts[count - 1].Length + part.Length };
            }
            else
            {
                parts[count++] = part;
            }
        }
        return count;
    }
}
