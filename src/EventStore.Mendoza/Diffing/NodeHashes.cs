using System.Buffers.Binary;
using System.Numerics;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

/// <summary>
/// A hash for every value of a document. Only a hint where to look: equality is always checked on the bytes, so a
/// collision, forced or not, costs time and never correctness.
/// </summary>
internal sealed class NodeHashes
{
    public const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly ulong[] hashes;

    public NodeHashes(ref JsonIndex index)
    {
        hashes = new ulong[index.Count];
        // Children come after their container, so backwards they are done when it is.
        for (int node = hashes.Length - 1; node >= 0; node--)
        {
            ref JsonNode value = ref index[node];
            if (value.Kind < JsonKind.Array || value.Count == 0)
            {
                hashes[node] = Bytes(index.Value(node));
                continue;
            }
            ulong hash = (ulong)value.Kind;
            int child = node + 1;
            for (int i = 0; i < value.Count; i++)
            {
                hash = Mix(hash, hashes[child]);
                if (index[child].HasKey)
                {
                    hash = Mix(hash, Bytes(index.Key(child)));
                }
                child = index[child].Next;
            }
            hashes[node] = hash;
        }
    }

    public ulong this[int node] => hashes[node];

    public static ulong Mix(ulong hash, ulong value) =>
        BitOperations.RotateLeft((hash ^ value) * Multiplier, 29) + value;

    public static ulong Bytes(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length * Multiplier;
        while (bytes.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        ulong rest = 0;
        foreach (byte value in bytes)
        {
            rest = (rest << 8) | value;
        }
        hash = Mix(hash, rest);
        return hash ^ (hash >> 32);
    }
}
