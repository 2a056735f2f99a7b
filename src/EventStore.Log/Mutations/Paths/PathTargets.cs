namespace EventStore.Log.Mutations.Paths;

/// <summary>What a path selects in one container: members, or elements, or the value itself.</summary>
internal sealed class PathTargets
{
    private readonly List<byte[]> _keys = [];
    private readonly List<ElementRange> _ranges = [];

    /// <summary>Whether the value itself is selected, by a filter that it passes.</summary>
    public bool IncludesSelf { get; set; }

    /// <summary>The keys of members, canonically spelled, distinct.</summary>
    public IReadOnlyList<byte[]> Keys => _keys;

    /// <summary>The selected elements in the order of the path; they may overlap and lie outside the array.</summary>
    public IReadOnlyList<ElementRange> Ranges => _ranges;

    public bool IsEmpty => !IncludesSelf && _keys.Count == 0 && _ranges.Count == 0;

    public void Add(byte[] key)
    {
        if (!_keys.Exists(known => known.AsSpan().SequenceEqual(key)))
        {
            _keys.Add(key);
        }
    }

    public void Add(ElementRange range) => _ranges.Add(range);

    /// <summary>The selected elements that an array of this length has: each once, ascending.</summary>
    public IEnumerable<int> IndexesWithin(int length)
    {
        var next = 0;
        foreach (var range in _ranges.Count == 1 ? _ranges : _ranges.OrderBy(range => range.Start).ToList())
        {
            for (next = Math.Max(next, range.Start); next < Math.Min(range.End, length); next++)
            {
                yield return next;
            }
        }
    }
}

/// <summary>Elements of an array from one to before another; positions may lie outside the array.</summary>
internal readonly record struct ElementRange(int Start, int End, bool IsSlice)
{
    public bool IsEmpty => End <= Start;

    public static ElementRange Single(int index) => new(index, index + 1, false);
}
