namespace EventStore.Log.Mutations.TextPatches;

/// <summary>
/// Finds the place where a short pattern fits best near an expected one: errors in it and distance both count against a
/// place (Wu and Manber's bit-parallel search, widened error by error).
/// </summary>
internal sealed class TextSearch(WorkBudget budget)
{
    /// <summary>Longest pattern: the bits of one machine word.</summary>
    public const int MaxPattern = 32;

    // A place is accepted up to this score; one error in every character scores 1, and so do 1000 characters of
    // distance.
    private const double Threshold = 0.5;
    private const double Distance = 1000;

    /// <summary>The best place, or -1 when nothing is good enough.</summary>
    public int Find(string text, string pattern, int expected)
    {
        var near = Math.Max(0, Math.Min(expected, text.Length));
        if (text == pattern)
        {
            return 0;
        }

        if (text.Length == 0)
        {
            return -1;
        }

        return text.AsSpan(near).StartsWith(pattern, StringComparison.Ordinal) ? near : FindFuzzy(text, pattern, near);
    }

    private int FindFuzzy(string text, string pattern, int near)
    {
        var masks = MasksOf(pattern);
        var threshold = ThresholdByExactPlaces(text, pattern, near);
        var goal = 1u << (pattern.Length - 1);
        var best = -1;
        var reach = pattern.Length + text.Length;
        var previous = new Row(0, 0);
        for (var errors = 0; errors < pattern.Length; errors++)
        {
            reach = ReachOf(errors, reach, pattern.Length, threshold);
            var start = Math.Max(1, near - reach + 1);
            var finish = Math.Min(near + reach, text.Length) + pattern.Length;
            budget.Charge(1 + finish - start);

            // A better place to the right may widen the search by one to the left, hence the two more.
            var row = new Row(Math.Max(0, start - 2), finish + 2) { [finish + 1] = (1u << errors) - 1 };
            for (var index = finish; index >= start; index--)
            {
                var mask = index <= text.Length && masks.TryGetValue(text[index - 1], out var known) ? known : 0u;
                var bits = ((row[index + 1] << 1) | 1) & mask;
                if (errors > 0)
                {
                    bits |= ((previous[index + 1] | previous[index]) << 1) | 1 | previous[index + 1];
                }

                row[index] = bits;
                if ((bits & goal) == 0)
                {
                    continue;
                }

                var score = ScoreOf(errors, index - 1, near, pattern.Length);
                if (score > threshold)
                {
                    continue;
                }

                (threshold, best) = (score, index - 1);
                if (best <= near)
                {
                    break;
                }

                start = Math.Max(1, (2 * near) - best);
            }

            if (ScoreOf(errors + 1, near, near, pattern.Length) > threshold)
            {
                break;
            }

            previous = row;
        }

        return best;
    }

    /// <summary>An exact place on either side is a score to beat.</summary>
    private double ThresholdByExactPlaces(string text, string pattern, int near)
    {
        budget.Charge(text.Length / 16);
        var threshold = Threshold;
        var after = text.IndexOf(pattern, near, StringComparison.Ordinal);
        if (after < 0)
        {
            return threshold;
        }

        threshold = Math.Min(ScoreOf(0, after, near, pattern.Length), threshold);
        var end = Math.Min(text.Length, near + (2 * pattern.Length));
        var before = text.AsSpan(0, end).LastIndexOf(pattern);
        return before < 0 ? threshold : Math.Min(ScoreOf(0, before, near, pattern.Length), threshold);
    }

    private static int ReachOf(int errors, int limit, int patternLength, double threshold)
    {
        var (low, middle, high) = (0, limit, limit);
        while (low < middle)
        {
            if (ScoreOf(errors, middle, 0, patternLength) <= threshold)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }

            middle = ((high - low) / 2) + low;
        }

        return middle;
    }

    private static double ScoreOf(int errors, int place, int near, int patternLength) =>
        ((double)errors / patternLength) + (Math.Abs(near - place) / Distance);

    private static Dictionary<char, uint> MasksOf(string pattern)
    {
        var masks = new Dictionary<char, uint>();
        for (var index = 0; index < pattern.Length; index++)
        {
            masks[pattern[index]] = masks.GetValueOrDefault(pattern[index]) | (1u << (pattern.Length - index - 1));
        }

        return masks;
    }

    /// <summary>Bits by place in the text; zero outside the window that was searched.</summary>
    private sealed class Row(int first, int end)
    {
        private readonly uint[] _bits = new uint[Math.Max(0, end - first)];

        public uint this[int place]
        {
            get => (uint)(place - first) < (uint)_bits.Length ? _bits[place - first] : 0;
            set => _bits[place - first] = value;
        }
    }
}
