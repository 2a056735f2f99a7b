using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>
/// A hash of bytes, sixteen or sixty-four at a time. Only a hint where to look: equality is always checked on the
/// bytes, and the number of looks is bounded, so a collision, forced or not, costs bytes of the patch and never
/// correctness or time. That is also why its key can be fixed, so that equal documents have equal patches on every
/// machine.
/// </summary>
internal static class ValueHash
{
    private const int Wide = 64;
    private const ulong FirstKey = 0xA0761D6478BD642F;
    private const ulong SecondKey = 0xE7037ED1A0B428DB;
    private const ulong ThirdKey = 0x8EBC6AF09C88C6E3;

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length * ThirdKey;
        if (bytes.Length > Wide)
        {
            hash = ComputeWide(ref bytes, hash);
        }
        while (bytes.Length > 16)
        {
            hash = Mix(Read(bytes) ^ FirstKey ^ hash, Read(bytes[8..]) ^ SecondKey);
            bytes = bytes[16..];
        }
        if (bytes.Length >= 8)
        {
            hash = Mix(Read(bytes) ^ FirstKey ^ hash, Read(bytes[^8..]) ^ SecondKey);
        }
        else
        {
            ulong rest = 0;
            foreach (byte value in bytes)
            {
                rest = (rest << 8) | value;
            }
            hash = Mix(rest ^ FirstKey ^ hash, SecondKey);
        }
        return (uint)(hash ^ (hash >> 32));
    }

    /// <summary>Takes all but the last bytes in four lanes, which the processor works on at the same time.</summary>
    private static ulong ComputeWide(ref ReadOnlySpan<byte> bytes, ulong hash)
    {
        (ulong first, ulong second, ulong third, ulong fourth) = (hash, ~hash, hash ^ SecondKey, hash ^ ThirdKey);
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        int at = 0;
        for (; bytes.Length - at > Wide; at += Wide)
        {
            first = Mix(Read(ref start, at) ^ FirstKey ^ first, Read(ref start, at + 8) ^ SecondKey);
            second = Mix(Read(ref start, at + 16) ^ FirstKey ^ second, Read(ref start, at + 24) ^ SecondKey);
            third = Mix(Read(ref start, at + 32) ^ FirstKey ^ third, Read(ref start, at + 40) ^ SecondKey);
            fourth = Mix(Read(ref start, at + 48) ^ FirstKey ^ fourth, Read(ref start, at + 56) ^ SecondKey);
        }
        bytes = bytes[at..];
        return Mix(first ^ SecondKey, second ^ ThirdKey) ^ Mix(third ^ FirstKey, fourth ^ SecondKey);
    }

    public static uint Combine(uint first, uint second)
    {
        ulong hash = Mix(first ^ FirstKey, second ^ ThirdKey);
        return (uint)(hash ^ (hash >> 32));
    }

    /// <summary>Eight bytes that the caller has counted.</summary>
    private static ulong Read(ref byte start, int at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    private static ulong Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
