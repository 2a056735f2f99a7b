namespace EventStore.Mendoza.Json;

/// <summary>One value of an indexed canonical text.</summary>
internal struct JsonNode
{
    public JsonKind Kind;

    /// <summary>Whether a string's text holds a backslash.</summary>
    public bool Escaped;

    /// <summary>Offset of the value's first byte.</summary>
    public int Start;

    /// <summary>Offset behind the value's last byte.</summary>
    public int End;

    /// <summary>Offset of the opening quote of the key it lies under; -1 for the root and for elements.</summary>
    public int KeyStart;

    /// <summary>The node behind this one and all it holds: the next sibling, if there is one.</summary>
    public int Next;

    /// <summary>How many elements or fields it has itself.</summary>
    public int Count;

    /// <summary>Where its table of children starts, once somebody asked for one; -1 before.</summary>
    public int Table;

    /// <summary>Offset behind the closing quote of the key; the colon and the value follow.</summary>
    public readonly int KeyEnd => Start - 1;

    public readonly int Length => End - Start;

    public readonly bool HasKey => KeyStart >= 0;
}
