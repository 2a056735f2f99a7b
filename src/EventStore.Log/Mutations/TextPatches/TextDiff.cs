namespace EventStore.Log.Mutations.TextPatches;

/// <summary>
/// Finds the edits that make one text out of another, by Myers' O(ND) algorithm searched from both ends, after common
/// ends and large common middles were taken off.
/// </summary>
internal sealed class TextDiff(WorkBudget budget)
{
    /// <summary>The edits; no kept text begins or ends with half of a surrogate pair.</summary>
    public List<TextEdit> Create(string before, string after)
    {
        var edits = Compare(before, after);
        SurrogatePairs.MakeWhole(edits);
        return edits;
    }

    private List<TextEdit> Compare(string before, string after)
    {
        budget.Charge(1 + ((before.Length + after.Length) / 16));
        if (before == after)
        {
            return before.Length == 0 ? [] : [new TextEdit(TextEditKind.Keep, before)];
        }

        var prefix = before.AsSpan().CommonPrefixLength(after);
        var suffix = CommonSuffixLength(before.AsSpan(prefix), after.AsSpan(prefix));
        var edits = new List<TextEdit>();
        if (prefix > 0)
        {
            edits.Add(new TextEdit(TextEditKind.Keep, before[..prefix]));
        }

        edits.AddRange(CompareMiddles(before[prefix..^suffix], after[prefix..^suffix]));
        if (suffix > 0)
        {
            edits.Add(new TextEdit(TextEditKind.Keep, before[^suffix..]));
        }

        return TextEdits.Merge(edits, budget);
    }

    internal static int CommonSuffixLength(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var length = 0;
        var limit = Math.Min(first.Length, second.Length);
        while (length < limit && first[^(length + 1)] == second[^(length + 1)])
        {
            length++;
        }

        return length;
    }

    private List<TextEdit> CompareMiddles(string before, string after)
    {
        if (before.Length == 0)
        {
            return [new TextEdit(TextEditKind.Insert, after)];
        }

        if (after.Length == 0)
        {
            return [new TextEdit(TextEditKind.Delete, before)];
        }

        var isShorter = before.Length > after.Length;
        var (longer, shorter) = isShorter ? (before, after) : (after, before);
        var at = longer.IndexOf(shorter, StringComparison.Ordinal);
        if (at >= 0)
        {
            var kind = isShorter ? TextEditKind.Delete : TextEditKind.Insert;
            return
            [
                new TextEdit(kind, longer[..at]),
                new TextEdit(TextEditKind.Keep, shorter),
                new TextEdit(kind, longer[(at + shorter.Length)..]),
            ];
        }

        if (shorter.Length == 1)
        {
            return [new TextEdit(TextEditKind.Delete, before), new TextEdit(TextEditKind.Insert, after)];
        }

        if (FindCommonMiddle(longer, shorter) is { } middle)
        {
            var (longStart, shortStart, length) = middle;
            var beforeStart = isShorter ? longStart : shortStart;
            var afterStart = isShorter ? shortStart : longStart;
            return
            [
                .. Compare(before[..beforeStart], after[..afterStart]),
                new TextEdit(TextEditKind.Keep, longer.Substring(longStart, length)),
                .. Compare(before[(beforeStart + length)..], after[(afterStart + length)..]),
            ];
        }

        return Bisect(before, after);
    }

    /// <summary>A common part at least half as long as the longer text, if one lies over a quarter mark of
    /// it.</summary>
    private (int LongStart, int ShortStart, int Length)? FindCommonMiddle(string longer, string shorter)
    {
        if (longer.Length < 4 || shorter.Length * 2 < longer.Length)
        {
            return null;
        }

        var second = FindCommonAround(longer, shorter, (longer.Length + 3) / 4);
        var third = FindCommonAround(longer, shorter, (longer.Length + 1) / 2);
        if (second is null || third is null)
        {
            return second ?? third;
        }

        return second.Value.Length > third.Value.Length ? second : third;
    }

    private (int LongStart, int ShortStart, int Length)? FindCommonAround(string longer, string shorter, int position)
    {
        var seed = longer.AsSpan(position, longer.Length / 4);
        (int LongStart, int ShortStart, int Length) best = default;
        for (var at = NextIndexOf(shorter, seed, 0); at >= 0; at = NextIndexOf(shorter, seed, at + 1))
        {
            var forward = longer.AsSpan(position).CommonPrefixLength(shorter.AsSpan(at));
            var backward = CommonSuffixLength(longer.AsSpan(0, position), shorter.AsSpan(0, at));
            budget.Charge(1 + ((forward + backward) / 16));
            if (best.Length < forward + backward)
            {
                best = (position - backward, at - backward, forward + backward);
            }
        }

        return best.Length * 2 >= longer.Length ? best : null;
    }

    private static int NextIndexOf(string text, ReadOnlySpan<char> seed, int from)
    {
        var at = from > text.Length ? -1 : text.AsSpan(from).IndexOf(seed);
        return at < 0 ? -1 : from + at;
    }

    private List<TextEdit> Bisect(string before, string after)
    {
        var reach = (before.Length + after.Length + 1) / 2;
        var size = 2 * reach;
        budget.Charge(size / 8);
        var forward = NewFrontier(size, reach);
        var backward = NewFrontier(size, reach);
        var delta = before.Length - after.Length;
        var meetsForward = delta % 2 != 0;
        int forwardLow = 0, forwardHigh = 0, backwardLow = 0, backwardHigh = 0;
        for (var distance = 0; distance < reach; distance++)
        {
            budget.Charge(1 + (2 * distance));
            for (var diagonal = -distance + forwardLow; diagonal <= distance - forwardHigh; diagonal += 2)
            {
                var slot = reach + diagonal;
                var x = NextX(forward, slot, diagonal, distance);
                var y = x - diagonal;
                var run = x < before.Length && y < after.Length
                    ? before.AsSpan(x).CommonPrefixLength(after.AsSpan(y))
                    : 0;
                (x, y) = (x + run, y + run);
                forward[slot] = x;
                if (x > before.Length)
                {
                    forwardHigh += 2;
                }
                else if (y > after.Length)
                {
                    forwardLow += 2;
                }
                else if (meetsForward)
                {
                    var other = reach + delta - diagonal;
                    if (other >= 0 && other < size && backward[other] != -1 && x >= before.Length - backward[other])
                    {
                        return Split(before, after, x, y);
                    }
                }
            }

            for (var diagonal = -distance + backwardLow; diagonal <= distance - backwardHigh; diagonal += 2)
            {
                var slot = reach + diagonal;
                var x = NextX(backward, slot, diagonal, distance);
                var y = x - diagonal;
                var run = x < before.Length && y < after.Length
                    ? CommonSuffixLength(before.AsSpan(0, before.Length - x), after.AsSpan(0, after.Length - y))
                    : 0;
                (x, y) = (x + run, y + run);
                backward[slot] = x;
                if (x > before.Length)
                {
                    backwardHigh += 2;
                }
                else if (y > after.Length)
                {
                    backwardLow += 2;
                }
                else if (!meetsForward)
                {
                    var other = reach + delta - diagonal;
                    if (other >= 0 && other < size && forward[other] != -1 && forward[other] >= before.Length - x)
                    {
                        return Split(before, after, forward[other], reach + forward[other] - other);
                    }
                }
            }
        }

        return [new TextEdit(TextEditKind.Delete, before), new TextEdit(TextEditKind.Insert, after)];
    }

    private static int[] NewFrontier(int size, int reach)
    {
        var frontier = new int[size + 2];
        Array.Fill(frontier, -1);
        frontier[reach + 1] = 0;
        return frontier;
    }

    private static int NextX(int[] frontier, int slot, int diagonal, int distance) =>
        diagonal == -distance || (diagonal != distance && frontier[slot - 1] < frontier[slot + 1])
            ? frontier[slot + 1]
            : frontier[slot - 1] + 1;

    private List<TextEdit> Split(string before, string after, int x, int y) =>
        [.. Compare(before[..x], after[..y]), .. Compare(before[x..], after[y..])];
}
