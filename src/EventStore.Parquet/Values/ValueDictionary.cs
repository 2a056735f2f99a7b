using System.Buffers.Binary;
using System.Numerics;

namespace EventStore.Parquet.Values;

/// <summary>The distinct values of a column, numbered in the order of their first appearance.</summary>
internal sealed class ValueDictionary
{
    /// <summary>What is not found in this many places is not looked for further: hashes can be made to collide.</summary>
    private const int MaxProbes = 64;

    private const int FirstSlots = 64;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly ByteBuffer _bytes = new();
    private readonly List<int> _ends = [];
    private readonly List<uint> _hashes = [];
    private int[] _slots = new int[FirstSlots];

    public int Count => _ends.Count;

    /// <summary>Bytes of all distinct values.</summary>
    public int Bytes => _bytes.Length;

    public ReadOnlySpan<byte> this[int number]
    {
        get
        {
            var start = number == 0 ? 0 : _ends[number - 1];
            return _bytes.Written[start.._ends[number]];
        }
    }

    /// <summary>The number of a value, which is added when it is new; -1 when its place was not found.</summary>
    public int NumberOf(ReadOnlySpan<byte> value)
    {
        var hash = Hash(value);
        for (var probe = 0; probe < MaxProbes; probe++)
        {
            ref var slot = ref _slots[(hash + probe) & (_slots.Length - 1)];
            if (slot == 0)
            {
                return Add(ref slot, hash, value);
            }

            if (_hashes[slot - 1] == hash && this[slot - 1].SequenceEqual(value))
            {
                return slot - 1;
            }
        }

        return -1;
    }

    public void Clear()
    {
        _bytes.Clear();
        _ends.Clear();
        _hashes.Clear();
        Array.Clear(_slots);
    }

    private int Add(ref int slot, uint hash, ReadOnlySpan<byte> value)
    {
        _bytes.Add(value);
        _ends.Add(_bytes.Length);
        _hashes.Add(hash);
        slot = _ends.Count;
        if (_ends.Count * 2 > _slots.Length)
        {
            Spread(_slots.Length * 2);
        }

        return _ends.Count - 1;
    }

    private void Spread(int size)
    {
        _slots = new int[size];
        for (var number = 0; number < _hashes.Count; number++)
        {
            var place = _hashes[number];
            while (_slots[place & (size - 1)] != 0)
            {
                place++;
            }

            _slots[place & (size - 1)] = number + 1;
        }
    }

    private static uint Hash(ReadOnlySpan<byte> value)
    {
        var hash = (ulong)value.Length * Multiplier;
        for (; value.Length >= sizeof(ulong); value = value[sizeof(ulong)..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(value));
        }

        ulong rest = 0;
        for (var index = 0; index < value.Length; index++)
        {
            rest |= (ulong)value[index] << (8 * index);
        }

        hash = Mix(hash, rest);
        return (uint)(hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong value) =>
        BitOperations.RotateLeft((hash ^ value) * Multiplier, 29) * Multiplier;
}
