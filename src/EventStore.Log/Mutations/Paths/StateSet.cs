using System.Numerics;

namespace EventStore.Log.Mutations.Paths;

/// <summary>A set of the states of one compiled path.</summary>
internal sealed class StateSet(int capacity)
{
    private readonly ulong[] _bits = new ulong[(capacity + 63) / 64];

    public bool IsEmpty => !_bits.AsSpan().ContainsAnyExcept(0ul);

    /// <summary>Adds a state; false when it was there.</summary>
    public bool Add(int state)
    {
        var bit = 1ul << (state & 63);
        var added = (_bits[state >> 6] & bit) == 0;
        _bits[state >> 6] |= bit;
        return added;
    }

    public void Add(ReadOnlySpan<int> states)
    {
        foreach (var state in states)
        {
            Add(state);
        }
    }

    public void Add(StateSet other)
    {
        for (var word = 0; word < _bits.Length; word++)
        {
            _bits[word] |= other._bits[word];
        }
    }

    /// <summary>Takes the lowest state out; false when the set is empty.</summary>
    public bool TryTake(out int state)
    {
        for (var word = 0; word < _bits.Length; word++)
        {
            if (_bits[word] != 0)
            {
                state = (word << 6) + BitOperations.TrailingZeroCount(_bits[word]);
                _bits[word] &= _bits[word] - 1;
                return true;
            }
        }

        state = -1;
        return false;
    }
}
