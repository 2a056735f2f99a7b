using System.Buffers;

namespace EventStore.Log.Projections.Attributes;

/// <summary>Entries of the attribute index that are being gathered: keys one behind the other in one buffer.</summary>
public sealed class AttributeEntries : IDisposable
{
    private const int FirstCapacity = 16 * 1024;

    private readonly List<Entry> _entries = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstCapacity);

    /// <summary>How many there are.</summary>
    public int Count => _entries.Count;

    /// <summary>What they take in memory, about.</summary>
    public long Bytes => Length + (16L * _entries.Count);

    private int Length { get; set; }

    /// <summary>The key of one of them.</summary>
    public ReadOnlySpan<byte> Key(int index) => _buffer.AsSpan(_entries[index].Start, _entries[index].Length);

    /// <summary>The document it belongs to.</summary>
    public int Document(int index) => _entries[index].Document;

    /// <summary>Adds one; the key is copied.</summary>
    public void Add(int document, ReadOnlySpan<byte> key)
    {
        if (_buffer.Length - Length < key.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + key.Length));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        key.CopyTo(_buffer.AsSpan(Length));
        _entries.Add(new(document, Length, key.Length));
        Length += key.Length;
    }

    /// <summary>Sorts by key and keeps one of equal ones: a document may refer to another several times.</summary>
    public void Sort()
    {
        _entries.Sort((one, other) => BytesOf(one).SequenceCompareTo(BytesOf(other)));
        var kept = 0;
        for (var index = 0; index < _entries.Count; index++)
        {
            if (kept == 0 || !BytesOf(_entries[kept - 1]).SequenceEqual(BytesOf(_entries[index])))
            {
                _entries[kept++] = _entries[index];
            }
        }

        _entries.RemoveRange(kept, _entries.Count - kept);

        ReadOnlySpan<byte> BytesOf(Entry entry) => _buffer.AsSpan(entry.Start, entry.Length);
    }

    /// <summary>What is only in one of two sorted lists.</summary>
    public static (List<int> OnlyInFirst, List<int> OnlyInSecond) Compare(
        AttributeEntries first, AttributeEntries second)
    {
        var (one, other) = (0, 0);
        List<int> onlyInFirst = [], onlyInSecond = [];
        while (one < first.Count || other < second.Count)
        {
            var order = one == first.Count ? 1
                : other == second.Count ? -1
                : first.Key(one).SequenceCompareTo(second.Key(other));
            if (order < 0)
            {
                onlyInFirst.Add(one++);
            }
            else if (order > 0)
            {
                onlyInSecond.Add(other++);
            }
            else
            {
                one++;
                other++;
            }
        }

        return (onlyInFirst, onlyInSecond);
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        _entries.Clear();
        Length = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private readonly record struct Entry(int Document, int Start, int Length);
}
