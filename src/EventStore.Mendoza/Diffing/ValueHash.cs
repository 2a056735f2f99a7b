using System.Buffers.Binary;

namespace EventStore.Mendoza.Diffing;

/// <summary>
/// A hash of bytes, sixteen at a time. Only a hint where to look: equality is always checked on the bytes, and the
/// number of looks is bounded, so a collision, forced or not, costs bytes of the patch and never correctness or time.
/// That is also why its key can be fixed, so that equal documents have equal patches on every machine.
/// </summary>
internal static class ValueHash
{
    private const ulong FirstKey = 0xA0761D6478BD642F;
    private const ulong SecondKey = 0xE7037ED1A0B428DB;
    private const ulong ThirdKey = 0x8EBC6AF09C88C6E3;

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length * ThirdKey;
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

    public static uint Combine(uint first, uint second)
    {
        ulong hash = Mix(first ^ FirstKey, second ^ ThirdKey);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
