namespace EventStore.Mendoza.Diffing;

internal static class ByteRuns
{
    private const int Block = 64;

    /// <summary>How many bytes two texts end with alike.</summary>
    public static int CommonSuffixLength(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int most = Math.Min(left.Length, right.Length);
        int length = 0;
        while (length + Block <= most
            && left[^(length + Block)..^length].SequenceEqual(right[^(length + Block)..^length]))
        {
            length += Block;
        }
        while (length < most && left[^(length + 1)] == right[^(length + 1)])
        {
            length++;
        }
        return length;
    }
}
