namespace EventStore.Log.Documents;

/// <summary>Steps through the members of one canonical object without allocating; nested values are skipped.</summary>
public ref struct MemberReader(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _end;

    /// <summary>Where the current member begins: its key's opening quote.</summary>
    public int MemberStart { get; private set; }

    /// <summary>Where the current value begins.</summary>
    public int ValueStart { get; private set; }

    /// <summary>The offset after the current value. Looked for when it is asked for: who wants one key of a document
    /// must not pay for the values behind it.</summary>
    public int ValueEnd => _end > 0 ? _end : _end = CanonicalScanner.EndOfValue(_json, ValueStart);

    /// <summary>The current key as it is spelled between its quotes.</summary>
    public readonly ReadOnlySpan<byte> Key => _json[(MemberStart + 1)..(ValueStart - 2)];

    /// <summary>The current value's text.</summary>
    public ReadOnlySpan<byte> Value => _json[ValueStart..ValueEnd];

    /// <summary>Moves to the next member; false after the last one.</summary>
    public bool Read()
    {
        var next = ValueStart == 0 ? 1 : ValueEnd + 1;
        if (next >= _json.Length - 1)
        {
            return false;
        }

        MemberStart = next;
        ValueStart = CanonicalScanner.EndOfString(_json, next) + 1;
        _end = 0;
        return true;
    }
}
