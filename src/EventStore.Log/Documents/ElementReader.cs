namespace EventStore.Log.Documents;

/// <summary>Steps through the elements of one canonical array without allocating; nested values are skipped.</summary>
public ref struct ElementReader(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _next = 1;

    /// <summary>Where the current element begins.</summary>
    public int Start { get; private set; }

    /// <summary>The offset after the current element.</summary>
    public int End { get; private set; }

    /// <summary>Moves to the next element; false after the last one.</summary>
    public bool Read()
    {
        if (_next >= _json.Length - 1)
        {
            return false;
        }

        Start = _next;
        End = CanonicalScanner.EndOfValue(_json, Start);
        _next = End + 1;
        return true;
    }
}
