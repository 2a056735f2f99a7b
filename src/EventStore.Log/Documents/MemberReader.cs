namespace EventStore.Log.Documents;

/// <summary>Steps through the members of one canonical object without allocating; nested values are skipped.</summary>
internal ref struct MemberReader(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _next = 1;

    /// <summary>Where the current member begins: its key's opening quote.</summary>
    public int MemberStart { get; private set; }

    /// <summary>Where the current value begins.</summary>
    public int ValueStart { get; private set; }

    /// <summary>The offset after the current value.</summary>
    public int ValueEnd { get; private set; }

    /// <summary>The current key as it is spelled between its quotes.</summary>
    public readonly ReadOnlySpan<byte> Key => _json[(MemberStart + 1)..(ValueStart - 2)];

    /// <summary>The current value's text.</summary>
    public readonly ReadOnlySpan<byte> Value => _json[ValueStart..ValueEnd];

    /// <summary>Moves to the next member; false after the last one.</summary>
    public bool Read()
    {
        if (_next >= _json.Length - 1)
        {
            return false;
        }

        MemberStart = _next;
        ValueStart = CanonicalScanner.EndOfString(_json, _next) + 1;
        ValueEnd = CanonicalScanner.EndOfValue(_json, ValueStart);
        _next = ValueEnd + 1;
        return true;
    }
}
