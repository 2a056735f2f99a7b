namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>
/// Where two texts are equal at the same offsets, from soon after their first difference to the next one: mostly a
/// time has changed there, for one as long.
/// </summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends; the same where there is none.</param>
internal readonly record struct EqualMiddle(int Start, int End)
{
    /// <summary>How far the first difference may reach.</summary>
    private const int LongestDifference = 64;

    /// <summary>A shorter stretch is not worth it.</summary>
    private const int Shortest = 64;

    /// <summary>Finds it between the bytes that both texts begin and end with.</summary>
    public static EqualMiddle Find(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int prefix, int suffix)
    {
        int end = Math.Min(left.Length, right.Length) - suffix;
        int start = Math.Min(prefix + LongestDifference, end);
        int length = start < end ? ByteRuns.CommonPrefixLength(left[start..end], right[start..end]) : 0;
        if (length < Shortest)
        {
            return default;
        }
        int first = start;
        while (first > prefix && left[first - 1] == right[first - 1])
        {
            first--;
        }
        return new EqualMiddle(first, start + length);
    }

    /// <summary>Whether a range lies in it.</summary>
    public bool Holds(int start, int end) => start >= Start && end <= End;
}
