using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EventStore.Mendoza.Diffing.Matching;

internal static class ByteRuns
{
    /// <summary>How many bytes two texts begin with alike.</summary>
    public static int CommonPrefixLength(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        // The library's goes sixteen bytes at a time.
        int most = Math.Min(left.Length, right.Length);
        ref byte leftStart = ref MemoryMarshal.GetReference(left);
        ref byte rightStart = ref MemoryMarshal.GetReference(right);
        int at = 0;
        for (; at <= most - Vector512<byte>.Count; at += Vector512<byte>.Count)
        {
            ulong equal = Vector512.Equals(
                Vector512.LoadUnsafe(ref leftStart, (nuint)at), Vector512.LoadUnsafe(ref rightStart, (nuint)at))
                .ExtractMostSignificantBits();
            if (equal != ulong.MaxValue)
            {
                return at + BitOperations.TrailingZeroCount(~equal);
            }
        }
        return at + left[at..].CommonPrefixLength(right[at..]);
    }

    /// <summary>How many bytes two texts end with alike.</summary>
    public static int CommonSuffixLength(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int most = Math.Min(left.Length, right.Length);
        ref byte leftEnd = ref MemoryMarshal.GetReference(left[^most..]);
        ref byte rightEnd = ref MemoryMarshal.GetReference(right[^most..]);
        int rest = most;
        while (rest >= Vector512<byte>.Count)
        {
            nuint at = (nuint)(rest - Vector512<byte>.Count);
            ulong equal = Vector512.Equals(Vector512.LoadUnsafe(ref leftEnd, at), Vector512.LoadUnsafe(ref rightEnd, at))
                .ExtractMostSignificantBits();
            if (equal != ulong.MaxValue)
            {
                return most - rest + BitOperations.LeadingZeroCount(~equal);
            }
            rest -= Vector512<byte>.Count;
        }
        while (rest >= Vector256<byte>.Count)
        {
            nuint at = (nuint)(rest - Vector256<byte>.Count);
            uint equal = Vector256.Equals(Vector256.LoadUnsafe(ref leftEnd, at), Vector256.LoadUnsafe(ref rightEnd, at))
                .ExtractMostSignificantBits();
            if (equal != uint.MaxValue)
            {
                return most - rest + BitOperations.LeadingZeroCount(~equal);
            }
            rest -= Vector256<byte>.Count;
        }
        left = left[^most..];
        right = right[^most..];
        while (rest >= sizeof(ulong))
        {
            ulong differing = BinaryPrimitives.ReadUInt64LittleEndian(left[(rest - sizeof(ulong))..])
                ^ BinaryPrimitives.ReadUInt64LittleEndian(right[(rest - sizeof(ulong))..]);
            if (differing != 0)
            {
                return most - rest + (BitOperations.LeadingZeroCount(differing) >> 3);
            }
            rest -= sizeof(ulong);
        }
        while (rest > 0 && left[rest - 1] == right[rest - 1])
        {
            rest--;
        }
        return most - rest;
    }
}
