using EventStore.Mendoza.Diffing.Matching;

namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>
/// Where the right text is known to equal the left one: at the start, from soon after the first difference to the next
/// one, as the same number of bytes has mostly changed there, and at the end.
/// </summary>
/// <param name="Prefix">Bytes that both texts begin with.</param>
/// <param name="MiddleStart">Where they are equal again at the same offsets.</param>
/// <param name="MiddleEnd">Where they are no longer.</param>
/// <param name="SuffixStart">Where the bytes start that both texts end with, on the right.</param>
/// <param name="SuffixShift">What leads from an offset there to the one on the left.</param>
internal readonly record struct EqualStretches(
    int Prefix, int MiddleStart, int MiddleEnd, int SuffixStart, int SuffixShift)
{
    /// <summary>How far the first difference may reach.</summary>
    private const int LongestDifference = 64;

    /// <summary>A shorter stretch is not worth it.</summary>
    private const int ShortestMiddle = 64;

    public static EqualStretches Find(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int prefix, int suffix)
    {
        int shift = left.Length - right.Length;
        int end = Math.Min(left.Length, right.Length) - suffix;
        int start = Math.Min(prefix + LongestDifference, end);
        int length = start < end ? ByteRuns.CommonPrefixLength(left[start..end], right[start..end]) : 0;
        if (length < ShortestMiddle)
        {
            return new EqualStretches(prefix, 0, 0, right.Length - suffix, shift);
        }
        int middle = start;
        while (middle > prefix && left[middle - 1] == right[middle - 1])
        {
            middle--;
        }
        return new EqualStretches(prefix, middle, start + length, right.Length - suffix, shift);
    }

    /// <summary>
    /// The end of the stretch that holds a right offset, and what leads from there to the left; 0 outside all of them.
    /// </summary>
    public int EndAt(int offset, out int shift)
    {
        shift = 0;
        if (offset < Prefix)
        {
            return Prefix;
        }
        if (offset >= MiddleStart && offset < MiddleEnd)
        {
            return MiddleEnd;
        }
        shift = SuffixShift;
        return offset >= SuffixStart ? int.MaxValue : 0;
    }
}
