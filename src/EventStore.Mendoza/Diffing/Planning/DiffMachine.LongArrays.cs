using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Diffing.Trees;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

// Arrays too long to weigh every alternative, and arrays too dense to list.
internal ref partial struct DiffMachine
{
    /// <summary>Of equal places, the one with the longest equal stretch is taken; so far they are compared.</summary>
    private const int LongestComparedRun = 64;

    /// <summary>
    /// Covers a long middle from front to back: with the longest equal stretch among a few, else with the element
    /// edited or sent.
    /// </summary>
    private int PlanLongMiddle(in ArrayMiddle middle)
    {
        int firstTable = space.Tables.Count;
        ElementTable table = CreateElementTable(middle);
        int cost = 0;
        int expected = middle.From;
        for (int j = middle.From; j < middle.RightEnd;)
        {
            int r = right.Child(middle.Right, j);
            EqualRun run = LongestRun(middle, table, expected, j, r);
            if (run.Length > 0)
            {
                cost += KeepRun(middle.Left, run.From, run.From + run.Length, middle.Right, j);
                j += run.Length;
                expected = run.From + run.Length;
                continue;
            }
            cost += PlanLongElement(middle, ref table, expected, r);
            j++;
            expected++;
        }
        space.Tables.Truncate(firstTable);
        return cost;
    }

    private EqualRun LongestRun(in ArrayMiddle middle, in ElementTable table, int expected, int j, int r)
    {
        int length = RunLength(middle, expected, j, LongestComparedRun);
        var best = new EqualRun(expected, length);
        uint mark = length == 0 && work > 0 ? RightMark(table, r) : 0;
        int element = mark == 0 ? -1 : table.ByValue.First(space.Tables, mark);
        for (int probe = 0; probe < table.Probes && element >= 0; probe++)
        {
            if (LeftMark(table, left.Child(middle.Left, element)) == mark)
            {
                length = RunLength(middle, element, j, LongestComparedRun);
                best = length > best.Length ? new EqualRun(element, length) : best;
            }
            element = table.ByValue.Next(space.Tables, element);
        }
        return best.Length < LongestComparedRun
            ? best
            : best with { Length = RunLength(middle, best.From, j, int.MaxValue) };
    }

    private int RunLength(in ArrayMiddle middle, int from, int j, int most)
    {
        int end = left.Count(middle.Left);
        int length = 0;
        while (length < most && from + length < end && j + length < middle.RightEnd
            && Same(left.Child(middle.Left, from + length), right.Child(middle.Right, j + length)))
        {
            length++;
        }
        work -= length;
        return length;
    }

    /// <summary>Edits the element of the same <c>_key</c>, or the one in step, or sends the value.</summary>
    private int PlanLongElement(in ArrayMiddle middle, ref ElementTable table, int expected, int r)
    {
        int sent = StepCost.AppendValue(right.Length(r));
        if (sent > CheapestElementEdit && right.Kind(r) >= JsonKind.String && work > 0)
        {
            ReadOnlySpan<byte> key = ElementKey.Of(right.Value(r));
            int keyed = key.IsEmpty ? -1 : ElementOfKey(middle, ref table, key);
            int source = keyed >= 0 ? keyed : expected;
            if (source < left.Count(middle.Left))
            {
                int l = left.Child(middle.Left, source);
                int plan = left.Kind(l) == right.Kind(r) ? Plan(l, r) : None;
                if (plan != None && ElementEditCost(source, plan) < sent)
                {
                    space.Pending.Add(new PatchStep(StepKind.EditElement, source, Plan: plan));
                    return ElementEditCost(source, plan);
                }
            }
        }
        AddValues(r, 1);
        return sent;
    }

    /// <summary>
    /// For arrays whose elements cannot be listed: keeps the elements before the first byte that differs and behind
    /// the last one, and sends those between.
    /// </summary>
    private int PlanVastArray(int l, int r)
    {
        ReadOnlySpan<byte> old = left.Value(l);
        ReadOnlySpan<byte> text = right.Value(r);
        int prefix = old.CommonPrefixLength(text);
        int suffix = Math.Min(ByteRuns.CommonSuffixLength(old, text), Math.Min(old.Length, text.Length) - prefix);
        work -= (old.Length + text.Length) / BytesPerUnit;
        VastArray before = VastArray.Read(left, l, prefix, old.Length - suffix);
        VastArray after = VastArray.Read(right, r, prefix, text.Length - suffix);
        // Brackets may close differently between the ends; then the end is sent too.
        bool hasTail = before.TailStart - old.Length == after.TailStart - text.Length;
        int tail = hasTail ? before.Count - before.TailElement : 0;
        int sentEnd = hasTail ? after.TailStart - 1 : text.Length - 1;
        int sentCount = (hasTail ? after.TailElement : after.Count) - after.HeadCount;
        int firstPending = space.Pending.Count;
        int cost = 0;
        if (before.HeadCount > 0)
        {
            AddSlice(0, before.HeadCount);
            cost += StepCost.Slice(0, before.HeadCount);
        }
        if (sentCount > 0)
        {
            int start = right.Start(r);
            space.Pending.Add(new PatchStep(StepKind.AppendRange, start + after.HeadEnd, start + sentEnd));
            cost += StepCost.AppendValues(sentEnd - after.HeadEnd, sentCount);
        }
        if (tail > 0)
        {
            AddSlice(before.Count - tail, before.Count);
            cost += StepCost.Slice(before.Count - tail, before.Count);
        }
        if (space.Pending.Count == firstPending)
        {
            return None;
        }
        return AddPlan(fromBlank: true, cost, firstPending);
    }
}
