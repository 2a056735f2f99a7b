namespace EventStore.Mendoza.Json;

/// <summary>
/// One member of an object that is being canonicalised: where its key came from and where it lies now.
/// </summary>
internal struct Member(int inputStart, int inputKeyEnd, bool escaped, int start, int keyEnd)
{
    /// <summary>Offset of the key's opening quote in the input.</summary>
    public readonly int InputStart = inputStart;

    /// <summary>Offset behind the key's closing quote in the input.</summary>
    public readonly int InputKeyEnd = inputKeyEnd;

    /// <summary>Whether the key was written with escapes.</summary>
    public readonly bool Escaped = escaped;

    /// <summary>Offset of the key's opening quote in the normalised text.</summary>
    public readonly int Start = start;

    /// <summary>Offset behind the key's closing quote in the normalised text.</summary>
    public readonly int KeyEnd = keyEnd;

    /// <summary>Offset behind the value in the normalised text.</summary>
    public int End;
}
